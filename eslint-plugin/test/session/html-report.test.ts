import { expect, test } from "vitest";

import { htmlReport, Session } from "../../src/session/index.js";
import { findsLeaks } from "./fixtures.js";

const session = new Session({ checks: [findsLeaks], types: false });

function page(...files: (readonly [path: string, text: string])[]): string {
  const reports = files.map(([path, text]) => session.check({ path, text }));
  return htmlReport(reports, "/work");
}

test("an HTML report shows findings with their steps and rewrites, file by file", () => {
  const html = page(
    ["/work/src/a.ts", `f();\nleak("fix");\ng();\n`],
    ["/work/b.ts", "clean();\n"],
    ["/work/c.ts", "/* eslint unwind/no-leak: warn */ leak();\n"],
  );
  expect(html).toContain("<title>Unwind: 2 findings in 2 files</title>");
  expect(html).toContain("<h2>src/a.ts</h2>");
  expect(html).not.toContain("b.ts");
  expect(html).toContain(
    '<p class="error">2:1 `leak` leaks. <code>no-leak</code></p>\n<ol><li><span class="step">acquired here, line 2</span>',
  );
  expect(html).toContain('<span class="line">2 </span><b>leak(&quot;fix&quot;);</b>');
  expect(html).toContain("<ul><li>fix: Mend it</li><li>suggestion: Drop it</li></ul>");
  expect(html).toContain('<p class="warn">1:35 ');
});

test("nothing of a source gets to be HTML", () => {
  const html = page(["/work/<b>.ts", `leak("<script>alert('\u202e')</script>&");\n`]);
  expect(html).not.toMatch(/<script|<b>\.ts|\u202e/);
  expect(html).toContain("&lt;script&gt;alert(&#39;\uFFFD&#39;)&lt;/script&gt;&amp;");
  expect(html).toContain("<h2>&lt;b&gt;.ts</h2>");
});

test("a report of nothing says so", () => {
  expect(page()).toContain("<h1>0 findings in 0 files</h1>");
});
