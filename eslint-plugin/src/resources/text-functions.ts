/**
 * Methods of a text that look at its characters. V8 keeps a text that was put together with `+` as a
 * tree of its pieces; these make it flat first, which copies all of it. `length` and `===` do not.
 */
export const flatteningMethods: ReadonlySet<string> = new Set([
  "at",
  "charAt",
  "charCodeAt",
  "codePointAt",
  "endsWith",
  "includes",
  "indexOf",
  "lastIndexOf",
  "localeCompare",
  "match",
  "matchAll",
  "normalize",
  "replace",
  "replaceAll",
  "search",
  "slice",
  "split",
  "startsWith",
  "substr",
  "substring",
  "toLocaleLowerCase",
  "toLocaleUpperCase",
  "toLowerCase",
  "toUpperCase",
  "trim",
  "trimEnd",
  "trimLeft",
  "trimRight",
  "trimStart",
]);

/** Functions that look at all characters of the text that they are given. */
export const flatteningFunctions: ReadonlySet<string> = new Set([
  "Buffer.byteLength",
  "Buffer.from",
  "JSON.parse",
]);

/** Methods of a regular expression that look at the text that they are given. */
export const matchingMethods: ReadonlySet<string> = new Set(["exec", "test"]);

/** Methods of a text that give one as long as it was: nothing of it is used up. */
export const trimmingMethods: ReadonlySet<string> = new Set([
  "trim",
  "trimEnd",
  "trimLeft",
  "trimRight",
  "trimStart",
]);

/** Methods and functions whose result is a text, whatever they are given. */
export const textMethods: ReadonlySet<string> = new Set([
  "join",
  "padEnd",
  "padStart",
  "repeat",
  "replace",
  "replaceAll",
  "substring",
  "toFixed",
  "toISOString",
  "toLowerCase",
  "toString",
  "toUpperCase",
  "trim",
  "trimEnd",
  "trimStart",
]);

/** Functions whose result is a text. */
export const textFunctions: ReadonlySet<string> = new Set([
  "JSON.stringify",
  "String",
  "String.fromCharCode",
  "String.fromCodePoint",
  "String.raw",
]);

/** Functions whose result is a piece of bytes. */
export const byteFunctions: ReadonlySet<string> = new Set([
  "Buffer.alloc",
  "Buffer.allocUnsafe",
  "Buffer.concat",
  "Buffer.from",
]);

/** Methods of a list that take something out of it, or put something else into it. */
export const listChangingMethods: ReadonlySet<string> = new Set([
  "copyWithin",
  "fill",
  "pop",
  "reverse",
  "shift",
  "sort",
  "splice",
]);

/** Methods that call the function they are given once for each element. */
export const iteratingMethods: ReadonlySet<string> = new Set([
  "each",
  "every",
  "filter",
  "find",
  "findIndex",
  "flatMap",
  "forEach",
  "map",
  "reduce",
  "reduceRight",
  "some",
]);

/** Methods by which an emitter is given a listener. */
export const listeningMethods: ReadonlySet<string> = new Set([
  "addEventListener",
  "addListener",
  "on",
]);

/** Events that come once for each piece of something long. */
export const repeatingEvents: ReadonlySet<string> = new Set([
  "chunk",
  "content",
  "data",
  "delta",
  "line",
  "text",
  "token",
]);

/** Properties of the DOM that are no texts of their own, though they can be appended to. */
export const domTexts: ReadonlySet<string> = new Set([
  "cssText",
  "innerHTML",
  "innerText",
  "outerHTML",
  "textContent",
]);

/**
 * What collections hold that are short in practice, because somebody wrote each of their elements by
 * hand: the last word of a name, as in `typeArgs`, in the singular.
 */
export const fewOfThem: ReadonlySet<string> = new Set(
  `account alias annotation arg argument argv attr attribute binding bracket breadcrumb bucket category
   choice citation class collection collector column command condition config constraint container
   decorator decoration default definition dep dependency dependent diagnostic dimension directive env
   error expr expression ext extension feature flag format generic group header hint hook import
   index integration issue key keyword kind label language level locale manager member menu method
   middleware migration mode modifier module mixin name note operator option organization overload override
   package page param parameter parent part path pattern pkg platform plugin predicate prefix preset
   problem profile project prompt prop property provider qualifier quasi reason region relation
   reference requirement resolver reviewer role rule schema scope section segment selector server service
   setting shard shortcut sibling snippet source sourcemap specifier stack stage step store style subcommand
   suffix tab tag target task team template theme tool tuple type unit upgrade variable variant
   version violation warning weekday word workspace`.split(/\s+/),
);

/** What texts are that people read at a glance: the last word of a name. */
export const textsForPeople: ReadonlySet<string> = new Set(
  `caption comment description details error help hint info label message msg note notice
   placeholder prefix prompt reason suffix summary title tooltip usage warning`.split(/\s+/),
);

/** What texts are that fill one line, where what is around them is cut off: the last word of a name. */
export const lines: ReadonlySet<string> = new Set(
  `bin branch commit cwd dir directory executable folder head home password pid port remote revision
   root secret sha timestamp user username`.split(/\s+/),
);

/** What numbers tell that are small in practice: the last word of a name, in the singular. */
export const smallNumbers: ReadonlySet<string> = new Set(
  `arity attempt column depth digit dimension indent indentation level nesting pad padding
   precision rank retry space tab width`.split(/\s+/),
);

/** What texts are that are short in practice: the last word of a name, in the singular. */
export const shortTexts: ReadonlySet<string> = new Set(
  `challenge char character class color digest ext extension filename format glob hash host hostname id ident identifier iv
   key label locale mac method name nonce num number path pathname pattern permalink prefix property regex
   regexp route salt scope selector signature slug specifier suffix symbol tag title token type uri url
   uuid verifier version word`.split(/\s+/),
);

/** What there are many of: the last word of a name, in the singular. Nobody wrote each by hand. */
export const manyOfThem: ReadonlySet<string> = new Set(
  "childnode datapoint pixel record row sample".split(" "),
);

/** What there are enough of for copies of all of them to cost time. */
export const enoughToCopy: ReadonlySet<string> = new Set("char character chunk token".split(" "));

/** What texts hold that are made of rows of data, where tables for people have few. */
export const textsOfData: ReadonlySet<string> = new Set(
  "batch csv dump insert jsonl ndjson output sql statement tsv value".split(" "),
);

/** What long texts and bytes are called: the last word of a name. */
export const longTexts: ReadonlySet<string> = new Set(
  "body byte content csv html json markdown source sql xml".split(" "),
);

/** What functions deal with that go through few bytes: a word of their name. */
export const shortByteWork =
  /url|hex|hash|digest|nonce|uuid|token|challenge|verifier|secret|key|signature|random|checksum|protocol|header/i;

/** Options of language models that say how long an answer may get. */
export const answerLimits: ReadonlySet<string> = new Set([
  "maxOutputTokens",
  "maxTokens",
  "max_completion_tokens",
  "max_output_tokens",
  "max_tokens",
]);

/** Methods of a text or of a list of texts that give texts which hold parts of it. */
export const textKeepingMethods: ReadonlySet<string> = new Set([
  "at",
  "concat",
  "filter",
  "flatMap",
  "join",
  "map",
  "normalize",
  "padEnd",
  "padStart",
  "pop",
  "replace",
  "replaceAll",
  "reverse",
  "shift",
  "slice",
  "split",
  "substr",
  "substring",
  "toLowerCase",
  "toString",
  "toUpperCase",
  "trim",
  "trimEnd",
  "trimStart",
]);

/** Functions that take something out of a text that is ASCII, or a number. */
export const plainReaders: ReadonlySet<string> = new Set([
  "Boolean",
  "Buffer.byteLength",
  "Number",
  "Number.parseFloat",
  "Number.parseInt",
  "URLSearchParams",
  "parseFloat",
  "parseInt",
]);

/** What functions, classes and properties are called that take texts as diagnostics. */
export const diagnosticName =
  /err(or)?s?$|error|exception|fail|reject|abort|assert|expect|log(ger)?$|^log|debug|warn|^info$|trace|verbose|diag|version|stderr|stack|reason|detail/i;

/** Up to so many rounds cost nothing, whatever they do. */
export const fewRounds = 64;

/** Methods that look for something in a text. */
export const searchingMethods: ReadonlySet<string> = new Set([
  "endsWith",
  "exec",
  "includes",
  "indexOf",
  "lastIndexOf",
  "match",
  "search",
  "startsWith",
  "test",
]);

/** What functions are called that take something out of a text: whatever else is in it is left. */
export const findingName = /^(check|contains|count|detect|extract|find|has|is|match)(?![a-z])/;

/** Names of functions and values that give pages of results, one request each. */
export const pagingName = /pages?$|pagina|scan/i;
