/**
 * Calls that do not fail in practice, so that no path leaves a function by them. Names as the
 * source writes them: `console.*` stands for every member.
 */
export const totalFunctions: ReadonlySet<string> = new Set([
  "BigInt",
  "Boolean",
  "Number",
  "String",
  "Symbol",
  "clearImmediate",
  "clearInterval",
  "clearTimeout",
  "decodeURI",
  "decodeURIComponent",
  "encodeURI",
  "encodeURIComponent",
  "isFinite",
  "isNaN",
  "parseFloat",
  "parseInt",
  "queueMicrotask",
  "setImmediate",
  "setInterval",
  "setTimeout",
  "structuredClone",
  "Array.from",
  "Array.isArray",
  "Array.of",
  "Buffer.alloc",
  "Buffer.allocUnsafe",
  "Buffer.byteLength",
  "Buffer.concat",
  "Buffer.from",
  "Buffer.isBuffer",
  "Date.now",
  "JSON.stringify",
  "Number.isFinite",
  "Number.isInteger",
  "Number.isNaN",
  "Object.assign",
  "Object.entries",
  "Object.freeze",
  "Object.fromEntries",
  "Object.keys",
  "Object.values",
  "Promise.allSettled",
  "Promise.resolve",
  "crypto.randomUUID",
  "performance.now",
  "process.cwd",
  "process.hrtime",
  "process.hrtime.bigint",
  "process.memoryUsage",
  "process.nextTick",
  "process.off",
  "process.on",
  "process.once",
  "process.removeListener",
  "process.uptime",
]);

/** Objects all of whose methods count as total. */
export const totalObjects: ReadonlySet<string> = new Set([
  "Math",
  "console",
  "log",
  "logger",
  "path",
  "posix",
  "win32",
]);

/** Modules all of whose functions count as total. */
export const totalModules: ReadonlySet<string> = new Set([
  "os",
  "path",
  "path/posix",
  "path/win32",
]);

/**
 * Functions of modules that do not fail when they are called: what they start tells of its failure
 * by an event, a rejected promise or a boolean.
 */
export const totalModuleFunctions: ReadonlySet<string> = new Set([
  ".TextDecoder#decode",
  ".TextEncoder#encode",
  ".URL#toString",
  "child_process.spawn",
  // It tells of a failure by what it returns.
  "child_process.spawnSync",
  // What was opened can be closed.
  "fs.closeSync",
  "fs.createReadStream",
  "fs.createWriteStream",
  "fs.existsSync",
  // It can fail, but not for the directory that has just been made, which is what it is called on.
  "fs.promises.realpath",
  "fs.realpathSync",
  "fs/promises.realpath",
  "http.createServer",
  "https.createServer",
  "net.connect",
  "net.createConnection",
  "net.createServer",
  "readline.createInterface",
  "timers/promises.setTimeout",
  "tls.connect",
]);

/** Functions that begin something and give a promise of it, whose failure is nobody's who goes on. */
export const startingFunctions: ReadonlySet<string> = new Set(["vscode.commands.executeCommand"]);

/** Names of functions that are given to somebody to log. */
export const loggingName = /^(debug|err|error|info|log|trace|warn)([A-Z]\w*)?$|^\w+Log$/;

/** Names of functions that, asked without an argument, say how things are: `getState`. */
export const gettingName = /^get[A-Z]/;

/** Names of functions that only let time pass. */
export const pausingName = /(^|\.)(delay|pause|sleep)(For)?(Ms|Milliseconds|Seconds)?$|^wait$/i;

/** Methods of the language's own objects, of loggers and of event emitters that do not fail. */
export const totalMethods: ReadonlySet<string> = new Set([
  "addEventListener",
  "addListener",
  "at",
  "cancel",
  "charCodeAt",
  "concat",
  "debug",
  "destroy",
  "emit",
  "end",
  "endsWith",
  "entries",
  "getTime",
  "has",
  "hrtime",
  "includes",
  "indexOf",
  "join",
  "keys",
  "lastIndexOf",
  "localeCompare",
  "off",
  "on",
  "once",
  "padEnd",
  "padStart",
  "pipe",
  "pop",
  "push",
  "ref",
  "removeEventListener",
  "removeListener",
  "replace",
  "replaceAll",
  "setEncoding",
  "setKeepAlive",
  "setNoDelay",
  "setTimeout",
  "resume",
  "shift",
  "slice",
  "splice",
  "split",
  "startsWith",
  "subarray",
  "substring",
  "toFixed",
  "toISOString",
  "toLocaleString",
  "toLowerCase",
  "toString",
  "toUpperCase",
  "trim",
  "trimEnd",
  "trimStart",
  "unref",
  "unshift",
  "values",
  "warn",
  "write",
  "writeHead",
]);

/** Constructors that fail on what they are given, or because of what they open. */
export const failingConstructors = /(^|\.)(Database|Function|RegExp|\w+Sync)$/;

/**
 * Names of functions that fail on bad input or in a bad world, as far as a name can tell. That a
 * call of any other name fails is not what a reader expects of it.
 */
export const failingName =
  /(Sync|OrThrow)$|^(check|compile|connect|decode|decrypt|deserialize|ensure|eval|exec|execute|expect|fail|load|must|open|parse|pragma|prepare|query|read$|render|require|run|throw|validate|verify)(?![a-z])/;

/**
 * The pragmas of SQLite that only set something of the connection: they do not fail even where the
 * file is no database, as `synchronous` or `journal_mode` does.
 */
export const connectionPragma =
  /^\s*(PRAGMA\s+)?(analysis_limit|automatic_index|busy_timeout|case_sensitive_like|cell_size_check|defer_foreign_keys|foreign_keys|ignore_check_constraints|journal_size_limit|legacy_alter_table|locking_mode|mmap_size|page_size|query_only|read_uncommitted|recursive_triggers|reverse_unordered_selects|secure_delete|soft_heap_limit|temp_store|threads|trusted_schema|wal_autocheckpoint)\s*[=(]/i;

/** Properties and methods by which a resource says that it has been released. */
export const endedState = /^(is)?(closed|destroyed|disposed|ended|released|terminated)$/i;

/** Properties and methods by which it says that it has not. */
export const openState = /^(is)?(connected|initialized|open|opened)$/i;

/** Names of what a program's command line is made of, and of its class: `program`, `new Command()`. */
export const commandLineName = /^(cac|cli|program|yargs)$|command$/i;

/** Methods of a promise, which every call has whose result is one. */
export const promiseMethods: ReadonlySet<string> = new Set(["catch", "finally", "then"]);

/** Functions that wait for the promises of a list. */
export const promiseCombiners: ReadonlySet<string> = new Set([
  "Promise.all",
  "Promise.allSettled",
  "Promise.any",
  "Promise.race",
]);

/** Calls after which nothing of the function runs: the process is over. */
export const endingFunctions: ReadonlySet<string> = new Set(["process.abort", "process.exit"]);

/** Functions on paths whose result names the same directory as their argument. */
export const pathIdentities: ReadonlySet<string> = new Set([
  "normalize",
  "realpath",
  "realpathSync",
  "resolve",
]);

/** Functions on paths whose result lies below the directory that they are given. */
export const pathDerivations: ReadonlySet<string> = new Set([
  "join",
  "pathToFileURL",
  "relative",
  "resolve",
]);

/** Names of functions that make a path from what they are given: `createOutputPath`, `saveFile`. */
export const pathMakingName =
  /(path|filename)s?$|^(build|copy|create|download|export|generate|get|make|pack|prepare|render|resolve|save|write)\w*files?$/i;

/** Functions on paths whose result is never empty in practice. */
export const pathNaming: ReadonlySet<string> = new Set([
  "basename",
  "dirname",
  "join",
  "resolve",
  "tmpdir",
]);

/** Methods that run the function they are given at once, and keep nothing of it. */
export const immediateCallers: ReadonlySet<string> = new Set([
  "every",
  "filter",
  "find",
  "findIndex",
  "flatMap",
  "forEach",
  "map",
  "reduce",
  "some",
  "sort",
]);

/** Properties in which others give a stream that holds something: a connection, a process, a file. */
export const streamsOfOthers: ReadonlySet<string> = new Set([
  "body",
  "readable",
  "stderr",
  "stdin",
  "stdout",
  "writable",
]);

/** Methods that put their argument into a collection or hand it to an exit stack. */
export const keepingMethods: ReadonlySet<string> = new Set([
  "add",
  "adopt",
  "append",
  "defer",
  "enqueue",
  "enterContext",
  "push",
  "register",
  "set",
  "track",
  "unshift",
  "use",
]);

/** Methods by which a value, or what it is a part of, goes to whoever listens. */
export const tellingMethods: ReadonlySet<string> = new Set([
  "bind",
  "emit",
  "json",
  "postMessage",
  "send",
]);

/** Names of functions after which a temporary directory is one no longer. */
export const movingName = /(^|\.)(move|rename)(Sync)?$/;

/** Functions on files that, of a path under which something has just been opened, do not fail. */
export const askingOfFile = /^(access|createReadStream|l?stat|open|realpath)(Sync)?$/;

/** Functions that make a directory, and leave one that is there as it is. */
export const ensuringName = /^(ensureDir|mkdirp|mkdir)(Sync)?$/;

/** Words by which a message tells a person where to find something. */
export const tellingWords =
  /\b(available|created|dumped|find|found|generated|kept|left|preserved|saved|see|stored|written|wrote)\b/i;

/** The beginning of a command line that removes what it names. */
export const removingCommand = /^\s*(sudo )?(rm|rmdir|rimraf)(\s|$)/;

/** Names of functions that, given a path or descriptor, may well see to its end. */
export const endingName =
  /clean|remove|delete|\brm|unlink|close|release|dispose|destroy|free|track|register|own/i;

/** Names of options by which somebody asks for a directory to be left in place. */
export const keepingOptionName =
  /^(is|should)?_?(debug|keep|preserve|retain)|^(no|skip)_?(clean|delet|remov)|background$/i;

/** Names of signals by which a caller ends what would go on otherwise. */
export const signalName = /^(abort)?signal$|AbortSignal$/i;

/** Names of a class's members by which it may get rid of what it keeps. */
export const releasingMemberName =
  /computed|clean|clear|close|delete|destroy|detach|disconnect|dispose|end|release|remove|reset|shutdown|stop|teardown|unsubscribe/i;

/** What callbacks are called that are told that something is over or has changed, and do not fail. */
export const continuationName = /^(cb|dispatch|done|emit|next|notify|reject|resolve)$/;

/** Methods that only look at what they are given. */
export const lookingFunctions: ReadonlySet<string> = new Set([
  "Boolean",
  "JSON.stringify",
  "Object.entries",
  "Object.keys",
  "Object.values",
  "String",
  "assert",
  "assert.ok",
  "expect",
  "inspect",
  "util.inspect",
]);

/** Functions of modules that wait for something or look at it, and leave it to its owner. */
export const borrowingFunctions: ReadonlySet<string> = new Set([
  "async_hooks.AsyncLocalStorage#run",
  "events.getEventListeners",
  "events.on",
  "events.once",
  "events.setMaxListeners",
  "stream.finished",
  "stream/promises.finished",
  "timers/promises.setTimeout",
]);

/** Names of functions that bring something into being: `createSession`, `open`, not `opened`. */
export const creatingName =
  /^(acquire|allocate|begin|borrow|build|checkout|connect|create|dial|fork|launch|make|obtain|open|reserve|spawn|start)(?![a-z])/;

/** Names of functions that make something that only their caller has: `constructWorker`. */
export const makingName = /^(build|construct|create|make|new)(?![a-z])/;

/** Names of methods by which an object that has been made begins its work: `start`, not `started`. */
export const startingName =
  /^(begin|boot|connect|create|enter|get|init(iali[sz]e)?|launch|listen|load|open|prepare|run|setup|setUp|start)(?![a-z])/;

/** Types of what a browser has, and closes when it is closed itself, whichever library drives it. */
export const typesOfBrowsers: ReadonlySet<string> = new Set([
  "BrowserContext",
  "ElementHandle",
  "JSHandle",
  "Page",
]);

/** Names of functions that take a lock or a permit: `acquire`, `lockRow`, not `locked`. */
export const lockingName = /^(acquire|lock|try(Acquire|Lock))(?![a-z])/;

/** By which method an object takes back what its method of another name has given. */
export const releasePairs: ReadonlyMap<string, readonly string[]> = new Map([
  ["acquire", ["release"]],
  ["acquireLock", ["releaseLock", "release"]],
  ["lock", ["unlock", "release"]],
  ["tryAcquire", ["release"]],
  ["tryLock", ["unlock", "release"]],
]);

/** By which methods a connection ends the transaction that its method of another name has begun. */
export const transactionPairs: ReadonlyMap<string, readonly string[]> = new Map([
  ["begin", ["rollback", "commit"]],
  ["beginTransaction", ["rollback", "commit", "rollbackTransaction", "commitTransaction"]],
  [
    "startTransaction",
    ["rollbackTransaction", "commitTransaction", "abortTransaction", "rollback", "commit"],
  ],
]);

/** The beginnings of the statements that begin and end a transaction. */
export const transactionStatements = {
  begin: /^\s*(BEGIN\b(?!\s+ATOMIC)|START\s+TRANSACTION\b)/i,
  end: /^\s*(COMMIT|END|ABORT|ROLLBACK)\b(?!.*\bTO\b)/i,
};

/** Methods of a connection after which none of its transactions is open. */
export const connectionEnders: readonly string[] = [
  "close",
  "destroy",
  "disconnect",
  "end",
  "endSession",
  "terminate",
];

/** Names of functions that may end a transaction of somebody else. */
export const settlingName = /abort|commit|rollback|undo/i;

/** Methods that may be called on what is released: they ask, listen, or tell of what it was. */
export const neutralMethods =
  /^((is|has|get)[A-Z]\w*|add(Event)?Listener|address|browser|browsers|context|contexts|emit|eventNames|inspect|listenerCount|listeners|off|on|once|pages|prepend(Once)?Listener|process|ref|remove(All|Event)?Listeners?|setMaxListeners|target|to(JSON|String)|unref|url|valueOf|video|viewport(Size)?|wsEndpoint|close(All|Idle)\w*|catch|finally|then|status|name|closed|done|drained|ended|finished|stopped|(wait|when)([A-Z]\w*)?)$/;

/** Methods that open again what is released. */
export const reviving = /^(re)?(begin|connect|init(iali[sz]e)?|launch|listen|open|reset|start)/;

/** What functions are called from which nobody comes back. */
export const stoppingName = /^(abort|bail|die|exit|fail|panic|quit|throw\w*|usage)$/i;

/** Methods that release the object itself, the usual ones first. */
export const releaseVerbs: readonly string[] = [
  "close",
  "destroy",
  "end",
  "release",
  "disconnect",
  "dispose",
  "terminate",
  "stop",
  "kill",
  "shutdown",
  "quit",
  "cleanup",
];

/** Node's own modules, without `node:`. */
export const nodeModules: ReadonlySet<string> = new Set([
  "assert",
  "async_hooks",
  "buffer",
  "child_process",
  "cluster",
  "console",
  "crypto",
  "dgram",
  "diagnostics_channel",
  "dns",
  "dns/promises",
  "events",
  "fs",
  "fs/promises",
  "http",
  "http2",
  "https",
  "inspector",
  "module",
  "net",
  "os",
  "path",
  "perf_hooks",
  "process",
  "readline",
  "readline/promises",
  "repl",
  "sqlite",
  "stream",
  "stream/promises",
  "stream/web",
  "string_decoder",
  "test",
  "timers",
  "timers/promises",
  "tls",
  "tty",
  "url",
  "util",
  "v8",
  "vm",
  "wasi",
  "worker_threads",
  "zlib",
]);
