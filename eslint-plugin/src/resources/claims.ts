/** How programs say that something was done. */

/** Text that says that something was stored, or was a success; not that it was tried, or will be. */
export const claimingText =
  /^(?!.*\b(not|no|never|without|fail(ed|ure)?|skip(ped)?|error|if|may|might|could|try(ing)?)\b).*\b(committed|copied|inserted|persisted|published|renamed|saved|sent|stored|success(ful(ly)?)?|updated|uploaded|upserted|written|wrote)\b/is;

/** Calls that tell people of a success, by their names. */
export const claimingTools =
  /(^|\.)((spinner|ora)\.succeed|(logger|log|consola|signale|toast|message|notification|ui)\.success)$/;

/** The statement that makes a transaction last. */
export const commitStatement = /^\s*(COMMIT|END)(\s+(WORK|TRANSACTION))?\s*;?\s*$/i;

/** Methods of a connection that take a statement. */
export const queryingName = /^(\$?executeRaw(Unsafe)?|exec|execute|query|raw|run|unsafe)$/;
