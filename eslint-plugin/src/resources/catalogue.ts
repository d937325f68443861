/** A name in a module's exports, or a member of a type that the module exports. */
export interface Origin {
  /** A package or Node module without `node:`, for example `fs/promises`; `""` for globals. */
  readonly module: string;
  /**
   * The path of names within the module: `open`, `promises.open`, `Pool#connect`. A `#` stands
   * before a member of an instance, and at the end for an instance itself.
   */
  readonly name: string;
}

/** A call that releases a resource. */
export type Release =
  /** A method of the resource: `handle.close()`. */
  | {
      readonly kind: "method";
      readonly name: string;
      readonly async: boolean;
      /**
       * Whether it also makes what was done with the resource last, as a transaction's `commit`: a
       * rewrite never calls it where the code may have failed.
       */
      readonly commits?: boolean;
    }
  /** Its dispose symbol, where it has no method for it: `subscription[Symbol.dispose]()`. */
  | { readonly kind: "symbol"; readonly async: boolean }
  /** A function that takes the resource as its first argument: `fs.closeSync(fd)`. */
  | {
      readonly kind: "function";
      readonly origin: Origin;
      readonly async: boolean;
      /** Further arguments, as source text, that a rewrite passes: `{ recursive: true }`. */
      readonly furtherArguments?: string;
    }
  /** The resource is a function, and calling it releases: `const release = await mutex.acquire()`. */
  | { readonly kind: "call"; readonly async: boolean }
  /** A method of the object that gave it, with the resource first: `pool.release(connection)`. */
  | {
      readonly kind: "giver";
      readonly name: string;
      readonly async: boolean;
      /** Whether it makes what was done last, as `connection.commit()`. */
      readonly commits?: boolean;
      /** How its first argument begins, where the method does other things as well. */
      readonly statement?: RegExp;
    };

/** One kind of resource: what acquires it and what releases it. */
export interface Resource {
  /** What a reader calls it, for example "file handle". */
  readonly noun: string;
  /** The functions and constructors whose result it is. */
  readonly acquire: readonly Origin[];
  /**
   * Names of methods among them that say so much by themselves that they count on any object of
   * unknown type: `getReader`. Never a name that other libraries use for something else.
   */
  readonly distinctiveMethods?: readonly string[];
  /**
   * The name of its type, where other resources are acquired from it: a call of `createPool` gives
   * a `Pool`, so that `pool.getConnection()` is a call of `Pool#getConnection`, types or not.
   */
  readonly type?: Origin;
  /** Whether the acquiring call returns a promise of the resource. */
  readonly async: boolean;
  /** Whether the call gives the resource to a callback instead when one is its last argument. */
  readonly callbackForm?: boolean;
  /** The one that a rewrite uses first. */
  readonly release: readonly [Release, ...Release[]];
  /** Whether releasing it a second time does nothing. */
  readonly idempotentRelease: boolean;
  /**
   * What the value is: an object that others may take over, or a plain string or number, which a
   * callee uses but does not own.
   */
  readonly value: "object" | "plain";
  /**
   * Methods that make it hold something: until one of them is called it can be dropped, as a server
   * that does not listen yet. The acquisition is then that call.
   */
  readonly dormantUntil?: readonly string[];
  /**
   * Whether it is often made to live as long as the process: a server, a pool, a watcher. Then only
   * a function that releases it on one of its paths has to release it on all.
   */
  readonly oftenKept?: boolean;
  /** Whether it is still there when the process is over, as a directory or a container. */
  readonly outlivesProcess?: boolean;
  /**
   * Whether releasing the object that gave it releases it, too: a page of a browser. Where the
   * function releases that one, nothing more has to be done.
   */
  readonly releasedWithGiver?: boolean;
  /** Methods of the object that gave it that end it as well: `dataSource.destroy()` its runners. */
  readonly endedByGiver?: readonly string[];
  /**
   * Whether it only locks the stream that gave it: then something is lost only where that stream
   * holds something itself, as a response's body does, and not a stream that the code has made.
   */
  readonly locksGiver?: boolean;
  /**
   * Whether it only listens to its first argument: where the function has made that, the listeners
   * go with it.
   */
  readonly listensToArgument?: boolean;
  /** Options that, named in an object that the call is given, leave it with nothing to release. */
  readonly unlessOptions?: readonly string[];
  /** Methods that read it to its end: where they fail, or find the end, nothing is left to release. */
  readonly exhaustedBy?: readonly string[];
  /** Methods with which it gets what has to be released: where they fail, it has nothing. */
  readonly connectedBy?: readonly string[];
  /** Events whose listener lets it run until it releases itself: a read stream's `end`. */
  readonly releasingEvents?: readonly string[];
  /** Whether it is made inside the directory with which the first argument begins. */
  readonly madeInside?: boolean;
  /** Methods that return the resource itself: `socket.on("error", …)`. */
  readonly fluent?: readonly string[];
  /** Whether none of its methods returns a promise: what a socket is told to send is sent by `end`. */
  readonly withoutPromises?: boolean;
  /**
   * Methods that fail, or do nothing, once it is released. Default: all but those that only ask or
   * listen. Empty where a release only begins its end, as that of a server.
   */
  readonly failsAfterRelease?: readonly string[];
  /** Methods whose result takes the resource over and releases it: `handle.createReadStream()`. */
  readonly handingOver?: readonly string[];
  /** Whether `for await` over the resource releases it when the loop ends, however it ends. */
  readonly releasedByIteration?: boolean;
  /**
   * The dispose symbol that a rewrite may rely on, and the first version of each Node release line
   * that has it at run time. Absent where there is none, or where disposal does harm.
   */
  readonly dispose?: {
    readonly symbol: "sync" | "async";
    readonly since: readonly (readonly [major: number, minor: number])[];
  };
}

export interface Catalogue {
  readonly resources: readonly Resource[];
}
