export { addDisposeMethod } from "./add-dispose.js";
export type { RefactoredFile } from "./file.js";
export { collectIntoStack, manageWithUsing } from "./manage.js";
export { convertUsingToTry } from "./using-to-try.js";
