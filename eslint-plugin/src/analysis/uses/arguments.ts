import type { TSESTree } from "@typescript-eslint/types";

import {
  borrowingFunctions,
  endingName,
  keepingMethods,
  lookingFunctions,
  movingName,
  promiseMethods,
  removingCommand,
  tellingMethods,
  totalObjects,
} from "../../resources/known-functions.js";
import type { Origin, Resource } from "../../resources/catalogue.js";
import { type Call, releaseMethods } from "../created/acquisitions.js";
import { ownershipOfParameter } from "../created/annotations.js";
import { classMayRelease, fieldOfParameter } from "../held/class-owner.js";
import { functionsOf, localClass } from "../code/classes.js";
import type { Destination } from "../held/destination.js";
import { localFunction } from "../code/local-functions.js";
import type { Effect } from "./ownership.js";
import type { Provenance } from "../code/provenance.js";
import { calleeName, isFunction, memberName, objectOf, unwrap, wrapped } from "../code/syntax.js";
import type { Tracker } from "./tracker.js";

/** What passing a resource to a call means: the callee releases it, takes it over or uses it. */
export function argumentEffect(
  tracker: Tracker,
  destination: Extract<Destination, { kind: "argument" }>,
): Effect {
  const { resource, context } = tracker;
  const { call, index, derived, part } = destination;
  const callee = unwrap(call.callee);
  if (!derived && !part && releasesByFunction(tracker, call, index)) return "release";
  if (!derived && index === 0 && releasesByGiver(callee, resource)) return "release";
  if (!derived && index === 0 && waitsForRelease(tracker, call, callee)) return "release";
  const declared = derived ? undefined : ownershipOfParameter(destination, context);
  if (declared) return declared === "owns" ? "handOver" : "borrow";
  const name = calleeName(callee);
  // The promise gives it to whoever waits.
  if (name === "resolve" && callee.type === "Identifier") return "handOver";
  if (callee.type === "MemberExpression" && keepingMethods.has(memberName(callee) ?? "")) {
    return "handOver";
  }
  if (resource.madeInside && removesByCommand(call)) return "release";
  if (!derived && isPassedOn(tracker, call, index, name)) return "handOver";
  if (derived || onlyLooks(name) || isBorrowing(callee, context.provenance)) {
    return "borrow";
  }

  const local = localFunction(callee, context.provenance);
  const keeps = local && !part ? tracker.keepsParameter(local, index) : undefined;
  if (keeps !== undefined) {
    // What nobody waits for goes on with it on its own.
    const goesOn = local?.async && resource.value !== "plain" && isLeftRunning(call);
    return keeps || goesOn ? "handOver" : "borrow";
  }

  if (resource.value === "plain") {
    // What is moved elsewhere is no temporary directory any more.
    if (index === 0 && movingName.test(name)) return "handOver";
    // Node's own functions use a path or descriptor; so does everybody whose name does not say more.
    if (isNodeFunction(callee, context.provenance)) return "borrow";
    if (call.type === "NewExpression") {
      return keptForGood(tracker, call, index) ? "borrow" : "handOver";
    }
    return endingName.test(name) ? "handOver" : "borrow";
  }
  const methods = releaseMethods(resource.release);
  // Any function can call a function that it is given, and hand a connection back to its pool.
  const tells = !part && methods.length === resource.release.length;
  const offers = tells ? context.types.parameterOffers(call, index, methods) : undefined;
  return offers === false ? "borrow" : "handOver";
}

/** `void pump(reader)`, `pump(reader).catch(report)`: a statement that waits for nothing. */
function isLeftRunning(call: Call): boolean {
  let at = wrapped(call);
  while (
    at.parent?.type === "MemberExpression" &&
    promiseMethods.has(memberName(at.parent) ?? "") &&
    at.parent.parent.type === "CallExpression"
  ) {
    at = wrapped(at.parent.parent);
  }
  const { parent } = at;
  if (parent?.type === "UnaryExpression") return parent.operator === "void";
  return parent?.type === "ExpressionStatement";
}

/** `await once(child, "exit")`: after it there is nothing left to release. */
function waitsForRelease(
  { resource, context }: Tracker,
  call: Call,
  callee: TSESTree.Node,
): boolean {
  const [, event] = call.arguments;
  if (event?.type !== "Literal" || !endOfItself.has(String(event.value))) return false;
  if (!resource.releasingEvents?.includes(String(event.value))) return false;
  const origin = context.provenance.originOf(callee);
  return origin?.module === "events" && origin.name === "once" && isAwaited(call);
}

/** Events after which nothing is left of what emits them. */
const endOfItself: ReadonlySet<string> = new Set(["close", "exit"]);

function isAwaited(call: Call): boolean {
  return wrapped(call).parent?.type === "AwaitExpression";
}

function releasesByFunction({ resource, context }: Tracker, call: Call, index: number): boolean {
  if (index !== 0 || call.type !== "CallExpression") return false;
  const functions = resource.release.filter((release) => release.kind === "function");
  const callee = unwrap(call.callee);
  const name = /[^.]*$/.exec(calleeName(callee))?.[0];
  const named = functions.some(({ origin }) => /[^.]*$/.exec(origin.name)?.[0] === name);
  // A name of the file's own may stand for any other; members keep theirs.
  const origin =
    named || callee.type === "Identifier" ? context.provenance.typedOriginOf(callee) : undefined;
  // Where nobody knows what is called, its name is evidence enough to stay silent.
  if (!origin || isOfProject(origin)) return named;
  // A module that is called itself is its default export: `const rimraf = require("rimraf")`.
  const exported = origin.name === "" ? "default" : origin.name;
  return functions.some(
    (release) => release.origin.module === origin.module && release.origin.name === exported,
  );
}

/** Whether a module is a file of the project's own, of which the catalogue cannot know. */
function isOfProject({ module }: Origin): boolean {
  return /^[.#/]/.test(module);
}

/** Whether a class of this file keeps a temporary directory and has no way to get rid of it. */
function keptForGood(
  { resource, context }: Tracker,
  { callee }: TSESTree.NewExpression,
  index: number,
): boolean {
  const body = localClass(callee, context.provenance);
  if (!resource.madeInside || !body) return false;
  const constructor = functionsOf(body).find(
    ({ parent }) => parent.type === "MethodDefinition" && parent.kind === "constructor",
  );
  const field = constructor && fieldOfParameter(constructor, index);
  return field !== undefined && !classMayRelease(body, field, resource, context);
}

/** Whether a call gives a path or descriptor to somebody who may release it. */
function isPassedOn({ resource, context }: Tracker, call: Call, index: number, name: string) {
  if (/^Object\.(assign|defineProperty)$/.test(name)) return index > 0;
  if (resource.value !== "plain") return false;
  const callee = unwrap(call.callee);
  if (callee.type === "Identifier") {
    // A callback that was given: `callback(null, folder)`.
    const [definition] = context.provenance.variableOf(callee)?.defs ?? [];
    return definition?.type === "Parameter" || takesReleaseFunction(call, resource, context);
  }
  const method = callee.type === "MemberExpression" ? (memberName(callee) ?? "") : "";
  return tellingMethods.has(method) || /^on[A-Z]/.test(method);
}

/** `setTimeout(rmSync, 1000, folder)`. */
function takesReleaseFunction(
  call: Call,
  { release }: Resource,
  { provenance }: Tracker["context"],
) {
  return call.arguments.some((argument) => {
    const origin = isFunction(argument) ? undefined : provenance.originOf(argument);
    return release.some(
      (each) =>
        each.kind === "function" &&
        each.origin.module === origin?.module &&
        each.origin.name === origin.name,
    );
  });
}

/** `` execSync(`rm -rf ${folder}`) ``, `spawnSync("rm", ["-rf", folder])`. */
function removesByCommand({ arguments: [command] }: Call): boolean {
  let text = "";
  if (command?.type === "Literal") text = String(command.value);
  else if (command?.type === "TemplateLiteral") text = command.quasis[0]?.value.raw ?? "";
  else if (command?.type === "BinaryExpression" && command.left.type === "Literal") {
    text = String(command.left.value);
  }
  return removingCommand.test(text);
}

/** `pool.release(connection)`. */
function releasesByGiver(callee: TSESTree.Node, { release }: Resource): boolean {
  if (callee.type !== "MemberExpression") return false;
  const name = memberName(callee);
  return release.some((each) => each.kind === "giver" && each.name === name);
}

/** Checks, conversions to text, and loggers, which keep a description at most. */
function onlyLooks(name: string): boolean {
  return lookingFunctions.has(name) || totalObjects.has(objectOf(name));
}

function isBorrowing(callee: TSESTree.Node, provenance: Provenance): boolean {
  const origin = provenance.originOf(callee);
  return origin !== undefined && borrowingFunctions.has(`${origin.module}.${origin.name}`);
}

function isNodeFunction(callee: TSESTree.Node, provenance: Provenance): boolean {
  const module = provenance.originOf(callee)?.module;
  return module !== undefined && /^(fs|path|url|child_process|util)\b/.test(module);
}
