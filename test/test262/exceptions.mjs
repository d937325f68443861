const renamed = "The class has its own name here: it does more than the standard's class.";

const prototypeOfObject =
  "Where newTarget.prototype is no object, a class in JavaScript inherits from Object.prototype; putting its own in place would take a check at every `new`, for what only Reflect.construct can do.";

const intrinsic =
  "Asks for the other realm's intrinsic. Only an engine knows the realm of a function and its intrinsics.";

/**
 * The tests that fail, and why this is left so. One that passes, or is no test any more, fails the
 * suite.
 *
 * @type {Readonly<Record<string, string>>}
 */
export const exceptions = {
  "DisposableStack/name.js": renamed,
  "DisposableStack/prototype/Symbol.toStringTag.js": renamed,
  "AsyncDisposableStack/name.js": renamed,
  "AsyncDisposableStack/prototype/Symbol.toStringTag.js": renamed,
  "DisposableStack/newtarget-prototype-is-not-object.js": prototypeOfObject,
  "AsyncDisposableStack/newtarget-prototype-is-not-object.js": prototypeOfObject,
};

/**
 * The tests that no library can pass.
 *
 * @type {Readonly<Record<string, string>>}
 */
export const onlyEngines = {
  "DisposableStack/proto-from-ctor-realm.js": intrinsic,
  "AsyncDisposableStack/proto-from-ctor-realm.js": intrinsic,
  "SuppressedError/proto-from-ctor-realm.js": intrinsic,
};
