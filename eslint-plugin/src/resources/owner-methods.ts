/**
 * Methods by which whoever has made an object ends it for good, the usual ones first: an object that
 * offers one promises that nothing is left after it.
 */
export const endingMethods: readonly string[] = [
  "close",
  "dispose",
  "destroy",
  "shutdown",
  "shutDown",
  "terminate",
  "teardown",
  "tearDown",
  "disposeAsync",
  "closeAsync",
  "destroyAsync",
  "_destroy",
];

/** Methods that a framework calls when an object's life is over. */
export const endingHooks: readonly string[] = [
  // NestJS
  "onModuleDestroy",
  "onApplicationShutdown",
  // Angular
  "ngOnDestroy",
  // React and Preact
  "componentWillUnmount",
  // Ember
  "willDestroy",
  // custom elements
  "disconnectedCallback",
  // Lit
  "hostDisconnected",
  // Obsidian
  "onunload",
];

/**
 * Methods that end what another one has begun: that other one's name as a pattern. The object may be
 * begun again, so that they need not release what it has from its construction on.
 */
export const endingPairs: ReadonlyMap<string, RegExp> = new Map([
  ["stop", /^(start|run|begin|launch|listen)(?![a-z])/],
  ["disconnect", /^(re)?connect(?![a-z])/],
  ["end", /^(begin|start)(?![a-z])/],
  ["deactivate", /^activate(?![a-z])/],
  ["disable", /^enable(?![a-z])/],
  ["unmount", /^mount(?![a-z])/],
  ["detach", /^attach(?![a-z])/],
  ["unwatch", /^watch(?![a-z])/],
]);

/** Methods of arrays, sets and maps that keep what they are given as their last argument. */
export const collectingMethods: ReadonlySet<string> = new Set(["add", "push", "set", "unshift"]);

/** Names of methods by which an object may come to its end, in whatever way: `quit`, `stopAndWait`. */
export const mayEndName =
  /(?:^|_)(?:abort|cancel|clean|clear|close|delete|destroy|disconnect|dispose|drain|end|exit|finalize|finish|flush|free|kill|quit|release|remove|reset|revoke|shut|stop|tear|terminate|unload|unmount|unref|unsubscribe)|(?:Abort|Cancel|Clean|Clear|Close|Destroy|Disconnect|Dispose|End|Exit|Kill|Quit|Release|Shut|Stop|Terminate)/;

/** Events after which a resource needs no release any more, or is about to end by itself. */
export const endEvents: ReadonlySet<string> = new Set([
  "close",
  "disconnect",
  "end",
  "error",
  "exit",
  "finish",
]);
