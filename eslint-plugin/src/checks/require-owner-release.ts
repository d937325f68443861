import { findOwnerFaults, type OwnerFault } from "../analysis/owners/owner-release.js";
import { holdInField } from "../rewrites/hold-in-field.js";
import { mendOwner } from "../rewrites/mend-owner.js";
import { type CheckedFile, defineCheck, type Report } from "./check.js";
import type { Place, Step } from "./finding.js";
import { placeOf, placeOfCall } from "./leak-path.js";

type MessageId = OwnerFault["kind"];

/** Finds classes that do not release what they acquire. */
export const requireOwnerRelease = defineCheck<MessageId, object>({
  name: "require-owner-release",
  description: "Require a class to release what it acquires",
  messages: {
    notReleased: "`this.{{name}}` ({{noun}}) is not released by `{{method}}()`.",
    noRelease: "`this.{{name}}` ({{noun}}) is never released: this class has no method for it.",
    superNotCalled:
      "`{{method}}()` does not call that of the superclass, which releases `this.{{name}}` ({{noun}}).",
    overwritten:
      "`this.{{name}}` ({{noun}}) is overwritten: nothing releases the one of line {{line}}.",
  },
  schema: { type: "object", properties: {}, additionalProperties: false },
  defaultOptions: {},
  *run(file) {
    for (const fault of findOwnerFaults(file)) yield report(fault, file);
  },
});

function report(fault: OwnerFault, file: CheckedFile): Report<MessageId> {
  const { kind, field } = fault;
  const rewrites = [mendOwner(fault, file), holdInField(fault, file)];
  const data: Record<string, string> = { name: field.name, noun: field.resource.noun };
  if ("ending" in fault) data["method"] = fault.ending.name;
  if ("earlier" in fault) data["line"] = String(fault.earlier.acquired.call.loc.start.line);
  const path = stepsOf(fault);
  return {
    messageId: kind,
    data,
    place: placeOfFault(fault),
    path,
    rewrites: rewrites.filter((each) => each !== undefined),
  };
}

function placeOfFault(fault: OwnerFault): Place {
  switch (fault.kind) {
    case "superNotCalled":
      return placeOf(fault.ending.method.key);
    case "overwritten":
      return placeOfCall(fault.store.acquired.call);
    default:
      return placeOfCall(fault.field.stores[0].acquired.call);
  }
}

function stepsOf(fault: OwnerFault): Step[] {
  const [first] = fault.field.stores;
  const { acquired } = fault.kind === "overwritten" ? fault.earlier : first;
  const steps: Step[] = [{ message: "acquired here", place: placeOfCall(acquired.call) }];
  if ("ending" in fault) {
    steps.push({ message: "ends without its release", place: placeOf(fault.ending.method.key) });
  }
  if ("store" in fault) {
    steps.push({ message: "overwritten here", place: placeOf(fault.store.at) });
  }
  return fault.kind === "noRelease" ? [] : steps;
}
