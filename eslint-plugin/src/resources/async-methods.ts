const fileHandle = [
  "appendFile",
  "chmod",
  "chown",
  "datasync",
  "read",
  "readFile",
  "readv",
  "stat",
  "sync",
  "truncate",
  "utimes",
  "write",
  "writeFile",
  "writev",
];
const query = ["execute", "ping", "query"];
const page = [
  "$",
  "$$",
  "$$eval",
  "$eval",
  "content",
  "evaluate",
  "goto",
  "pdf",
  "screenshot",
  "title",
];
const browser = ["newContext", "newPage", "version"];

/**
 * The methods that return promises, of what some calls give: for code of which no types are known.
 * By module and name of the call as the catalogue writes its origins.
 */
export const asyncMethods: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    "fs/promises.open": fileHandle,
    "fs.promises.open": fileHandle,
    "mysql2/promise.createConnection": query,
    "mysql2/promise.Pool#getConnection": query,
    "mysql2/promise.createPool": query,
    "pg.Pool#connect": ["query"],
    "playwright.chromium.launch": browser,
    "playwright.firefox.launch": browser,
    "playwright.webkit.launch": browser,
    "playwright.Browser#newPage": page,
    "playwright.BrowserContext#newPage": page,
    "puppeteer.launch": ["newPage", "pages", "version"],
    "puppeteer.Browser#newPage": page,
  }).map(([origin, names]) => [origin, new Set(names)] as const),
);
