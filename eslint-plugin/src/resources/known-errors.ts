/**
 * What is known of failures: which calls keep something that is lost when they fail, which only let go
 * of something or ask a question, and which error a call is known to fail with.
 */

/** Functions of modules that put something where it is to stay. */
export const writingFunctions: ReadonlySet<string> = new Set(
  ["fs", "fs/promises", "fs-extra"].flatMap((module) =>
    [
      "appendFile",
      "copyFile",
      "cp",
      "move",
      "outputFile",
      "outputJSON",
      "outputJson",
      "rename",
      "writeFile",
      "writeJSON",
      "writeJson",
    ].flatMap((name) =>
      [name, `${name}Sync`].flatMap((each) => [`${module}.${each}`, `${module}.promises.${each}`]),
    ),
  ),
);

/** Names of functions that say themselves that something is to stay. */
export const savingName =
  /^(append(File|Row|Record)|bulk(Create|Insert|Write)|commit|copyFile|insert(?!(Adjacent|Before|After|Rule|Text|At))|outputFile|outputJson|persist|publish(Event|Message)|putObject|rename(Sync)?$|save(?!d)|sendMail|setDoc|store[A-Z]|update(One|Many)|upload|upsert|writeFile|writeJson)(?![a-z])/;

/** Objects of which `create`, `update` and `delete` change stored data. */
export const storingObject =
  /(^|[.#])(db|database|em|entityManager|knex|models?|prisma|repo|repository|trx|tx)(?![a-z])|\w(Model|Repo|Repository)(?![a-z])/;

/** Methods of such an object that change data. */
export const storingMethod =
  /^(bulk|create|decrement|delete|destroy|increment|insert|remove|replace|save|update|upsert)(?![a-z])/;

/** What is written for convenience only, so that nobody misses it: by words on the way to it. */
export const dispensable =
  /\b(analytics?|autosave|backups?|beacons?|breadcrumbs?|cach(e|ed|es|ing)|clipboard|cookies?|debug|diagnostics?|drafts?|dump|heartbeat|history|hints?|keepalive|local storage|lock|lockfile|logs?|logger|logging|markers?|memo|metrics?|notif(y|ications?)|ping|poll|presence|profiler?|recent|scratch|screenshots?|session storage|snapshots?|stamp|stats|statistics|telemetry|temp|tmp|touch|traces?|tracking|usage)\b/;

/** Words of names of functions that say themselves that they may fail without harm. */
export const lenientName =
  /\b(best effort|fire and forget|if possible|ignor(e|ed|ing)|may|maybe|no throw|optional(ly)?|quiet(ly)?|safe(ly)?|silent(ly)?|swallow|suppress)\b|^ ?try\b/;

/** Names of functions that let go of something: that they fail loses nothing more. */
export const lettingGoName =
  /^(abort|cancel|clean|cleanup|clear|close|delete|destroy|detach|deref|disable|disconnect|discard|dispose|drain|drop|dump|end|exit|finish|force|free|halt|kill|leave|logout|off|prune|purge|quit|reap|release|remove|reset|resume|revert|revoke|rimraf|rm|rmdir|rollback|shutdown|stop|teardown|terminate|unbind|undo|uninstall|unlink|unlock|unmount|unref|unregister|unsubscribe|untrack|unwatch)(?![a-z])/;

/** Words of names of functions that are themselves clean-up, in which what fails is of no use. */
export const cleaningName =
  /\b(abort|cancel|clean( ?up)?|clear|close|delete|destroy|discard|dispos(e|al)|disconnect|finali[sz]e|kill|purge|quit|release|remove|restore|rollback|shut ?down|stop|tear ?down|terminate|uninstall|unlink|unmount|unregister|unsubscribe)\b/;

/** Names of functions that only ask: that they fail is an answer. */
export const askingName =
  /^(access|accessSync|atob|can|check|compile|contains|decode|decodeURI|decodeURIComponent|deserialize|detect|exists|existsSync|fileURLToPath|getItem|has|includes|is|isIPv[46]|join|locate|lookup|lstat|lstatSync|match|matches|normalize|parse|parseInt|charCodeAt|endsWith|indexOf|replace|replaceAll|slice|split|startsWith|substring|toLowerCase|toUpperCase|trim|probe|querySelector|realpath|realpathSync|resolve|safeParse|satisfies|stat|statSync|test|toISOString|toString|validate|verify|which)(?![a-z])/;

/** Constructors that only ask. */
export const askingConstructor = /^(Date|Function|Intl\.\w+|RegExp|TextDecoder|URL|URLPattern)$/;

/** In comments: that a failure is meant to be passed over. */
export const reasonOfSilence =
  /\b(abort|already|anyway|best.?effort|can(no|')?t?|closed|disappear|do(es)?n.t (care|matter)|doesn.t exist|error|even if|exception|fail|fall ?back|gone|harmless|if (it|the|this)|ignor|may|might|missing|no.?op|not (all|critical|essential|every|exist|fatal|support)|optional|race|reject|safe|silent|suppress|swallow|throw|tolerat|unavailable|unhandled)/i;

/** An error by which a call says what its caller may expect. */
export interface ExpectedError {
  /** A property that the error has, or the class that it is of. */
  readonly kind: "code" | "class";
  readonly value: string;
}

const missing: ExpectedError = { kind: "code", value: "ENOENT" };
const present: ExpectedError = { kind: "code", value: "EEXIST" };

const fileErrors: readonly (readonly [ExpectedError, readonly string[]])[] = [
  [
    missing,
    [
      "access",
      "copyFile",
      "lstat",
      "open",
      "opendir",
      "readFile",
      "readdir",
      "readlink",
      "realpath",
      "rename",
      "rmdir",
      "stat",
      "unlink",
    ],
  ],
  [present, ["link", "mkdir", "symlink"]],
];

/** With which error a function of a module, or a global one, is known to fail. */
export const expectedErrors: ReadonlyMap<string, ExpectedError> = new Map([
  ...fileErrors.flatMap(([error, names]) =>
    names.flatMap((name) =>
      [
        `fs.${name}Sync`,
        `fs.promises.${name}`,
        `fs/promises.${name}`,
        `fs-extra.${name}`,
        `fs-extra.${name}Sync`,
      ].map((origin) => [origin, error] as const),
    ),
  ),
  ...(
    [
      [".JSON.parse", "class", "SyntaxError"],
      [".RegExp", "class", "SyntaxError"],
      [".decodeURI", "class", "URIError"],
      [".decodeURIComponent", "class", "URIError"],
      [".BigInt", "class", "SyntaxError"],
      [".URL", "class", "TypeError"],
      ["url.URL", "class", "TypeError"],
      [".process.kill", "code", "ESRCH"],
      ["process.kill", "code", "ESRCH"],
      [".require.resolve", "code", "MODULE_NOT_FOUND"],
    ] as const
  ).map(([origin, kind, value]) => [origin, { kind, value }] as const),
]);
