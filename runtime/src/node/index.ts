export { chdir, type WorkingDirectory } from "./chdir.js";
