export function formOf(
  finding: { readonly rule: string },
  rewrite: { readonly title: string },
): string;
