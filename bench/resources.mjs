/*
 * What the measured code manages. Eight classes take turns, so that no call site sees one shape only
 * and the engine can neither inline what they do nor leave it out.
 */

let sink = 0;
let turn = 0;

const classes = Array.from(
  { length: 8 },
  (_, kind) =>
    class {
      // A shape of its own for each class.
      [`property${kind}`] = kind;
      value = kind;

      enter() {
        sink ^= this.value;
        return this;
      }
      exit() {
        sink += this.value;
      }
      async enterAsync() {
        return this.enter();
      }
      async exitAsync() {
        this.exit();
      }
    },
);

/** The same, as disposables: they are not entered. */
const disposableClasses = Array.from(
  { length: 8 },
  (_, kind) =>
    class {
      [`property${kind}`] = kind;
      value = kind;

      [Symbol.dispose]() {
        sink += this.value;
      }
      async [Symbol.asyncDispose]() {
        sink += this.value;
      }
    },
);

/* Acquiring a resource makes a new one, as everywhere. */

export function nextManager() {
  return new classes[turn++ & 7]();
}

export function nextDisposable() {
  return new disposableClasses[turn++ & 7]();
}

export function use(resource) {
  sink ^= resource.value << 1;
  return sink;
}
