/** Findings have names for severities, diagnostics have numbers. */
const severities = { error: 1, warn: 2 };

/** The severity of the copies at a path's steps. */
const hint = 4;

/**
 * What is shown of a document and not found by the command, or the other way round.
 *
 * @param {import("vscode-languageserver-textdocument").TextDocument} document
 * @param {readonly object[]} items diagnostics
 * @param {readonly object[]} findings of the command
 * @returns {string[]}
 */
export function differences(document, items, findings) {
  const shown = items
    .filter(({ severity }) => severity !== hint)
    .map(({ code, message, severity, range: { start }, relatedInformation }) =>
      line(code, severity, start, message, relatedInformation.length),
    );
  const found = findings.map(({ rule, severity, place, message, path }) =>
    line(rule, severities[severity], document.positionAt(place.range[0]), message, path.length),
  );
  return [
    ...without(shown, found).map((each) => `shown only by the server: ${each}`),
    ...without(found, shown).map((each) => `found only by the command: ${each}`),
  ];
}

function line(rule, severity, { line, character }, message, steps) {
  return `${line + 1}:${character + 1} ${severity} ${rule} ${message} (${steps} steps)`;
}

/** The values that are left when each of the others has taken one that is the same. */
function without(values, others) {
  const rest = [...others];
  return values.filter((value) => {
    const index = rest.indexOf(value);
    if (index < 0) return true;
    rest.splice(index, 1);
    return false;
  });
}
