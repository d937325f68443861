import type { ScopeManager, Variable } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";

import type { Catalogue, Origin } from "../../resources/catalogue.js";
import type { TypeSource } from "../../types/type-source.js";
import { classBodyAround, lastName, memberName, unwrap } from "./syntax.js";

/** Says where names come from: by the file's own imports first, by types where those are silent. */
export class Provenance {
  readonly #types: TypeSource;
  readonly #scopes: ScopeManager;
  readonly #typesOfResources: ReadonlyMap<string, Origin>;
  readonly #variables = new Map<TSESTree.Node, Variable>();
  readonly #origins = new Map<TSESTree.Node, Origin | undefined>();

  constructor(scopes: ScopeManager, types: TypeSource, catalogue: Catalogue) {
    this.#types = types;
    this.#typesOfResources = typesOfResources(catalogue);
    this.#scopes = scopes;
    for (const scope of scopes.scopes) {
      for (const { identifier, resolved } of scope.references) {
        if (resolved) this.#variables.set(identifier, resolved);
      }
    }
  }

  /** The whole file. */
  get program(): TSESTree.Node | undefined {
    return this.#scopes.scopes[0]?.block;
  }

  /** The variable that an identifier refers to or declares. */
  variableOf(identifier: TSESTree.Node): Variable | undefined {
    return this.#variables.get(identifier);
  }

  /** The variables that a declaration brings. */
  declaredBy(node: TSESTree.Node): readonly Variable[] {
    return this.#scopes.getDeclaredVariables(node);
  }

  /** Where an expression's value is declared, as far as the file itself tells. */
  originOf(expression: TSESTree.Node): Origin | undefined {
    const node = unwrap(expression);
    if (!this.#origins.has(node)) {
      this.#origins.set(node, undefined); // for what refers to itself
      this.#origins.set(node, this.#resolve(node));
    }
    return this.#origins.get(node);
  }

  /** The same, with the types asked where the file itself does not tell. */
  typedOriginOf(expression: TSESTree.Node): Origin | undefined {
    const origin = this.originOf(expression);
    // A module of the project's own may pass on what it has from another, and what a field of an
    // instance holds is known by its own type only.
    const known = origin && !/^[.#/]/.test(origin.module) && !/#[^#]*\./.test(origin.name);
    return known ? origin : (this.#types.originOf(unwrap(expression)) ?? origin);
  }

  #resolve(node: TSESTree.Node): Origin | undefined {
    switch (node.type) {
      case "Identifier": {
        const variable = this.variableOf(node);
        return variable && variable.defs.length > 0
          ? this.#originOfVariable(variable)
          : { module: "", name: node.name };
      }
      case "MemberExpression": {
        const name = memberName(node);
        if (name === undefined) return undefined;
        if (node.object.type === "ThisExpression") return this.#originOfField(node, name);
        return member(this.originOf(node.object), name);
      }
      case "NewExpression":
        return instanceOf(this.originOf(node.callee));
      case "AwaitExpression":
        return node.argument.type === "ImportExpression"
          ? moduleNamed(node.argument.source)
          : this.originOf(node.argument);
      case "CallExpression":
        return this.#isRequire(node.callee) && node.arguments[0]
          ? moduleNamed(node.arguments[0])
          : this.#instanceMadeBy(node.callee);
      default:
        return undefined;
    }
  }

  /** `createPool(…)` of a known package gives an instance of its `Pool`. */
  #instanceMadeBy(callee: TSESTree.Node): Origin | undefined {
    const origin = this.originOf(callee);
    return instanceOf(origin && this.#typesOfResources.get(keyOf(origin)));
  }

  /** `require`, or what `createRequire(…)` has made. */
  #isRequire(callee: TSESTree.Node): boolean {
    if (callee.type !== "Identifier") return false;
    if (callee.name === "require") return true;
    const definition = this.variableOf(callee)?.defs[0]?.node;
    const made = definition?.type === "VariableDeclarator" ? definition.init : undefined;
    return made?.type === "CallExpression" && lastName(made.callee) === "createRequire";
  }

  #originOfVariable(variable: Variable): Origin | undefined {
    const [definition] = variable.defs;
    if (!definition || variable.defs.length > 1) return undefined;
    const { node } = definition;
    switch (node.type) {
      case "ImportSpecifier":
        return member(
          moduleNamed(node.parent.source),
          node.imported.type === "Identifier" ? node.imported.name : node.imported.value,
        );
      case "ImportDefaultSpecifier":
        return member(moduleNamed(node.parent.source), "default");
      case "ImportNamespaceSpecifier":
        return moduleNamed(node.parent.source);
      case "TSImportEqualsDeclaration":
        return node.moduleReference.type === "TSExternalModuleReference"
          ? moduleNamed(node.moduleReference.expression)
          : undefined;
      case "VariableDeclarator":
        return this.#originOfDeclarator(node, definition.name);
      default:
        return definition.name.type === "Identifier"
          ? this.#instanceOfAnnotation(definition.name)
          : undefined;
    }
  }

  /** Whether what a name is declared with is all that it ever has. */
  isConstant(node: TSESTree.VariableDeclarator): boolean {
    if (/^(const|using|await using)$/.test(node.parent.kind)) return true;
    return this.declaredBy(node).every(({ references }) =>
      references.every(({ init, writeExpr }) => (init ?? false) || !writeExpr),
    );
  }

  #originOfDeclarator(node: TSESTree.VariableDeclarator, name: TSESTree.Node): Origin | undefined {
    if (node.id.type === "Identifier") {
      const annotated = this.#instanceOfAnnotation(node.id);
      if (annotated) return annotated;
      return node.init && this.isConstant(node) ? this.originOf(node.init) : undefined;
    }
    if (node.id.type !== "ObjectPattern" || !node.init) return undefined;
    return takenFrom(this.originOf(node.init), node.id, name);
  }

  /** `name: Type` is an instance of the class or interface that `Type` names. */
  #instanceOfAnnotation(name: TSESTree.Identifier): Origin | undefined {
    const annotation = name.typeAnnotation?.typeAnnotation;
    return annotation && this.#instanceOfType(annotation);
  }

  #instanceOfType(annotation: TSESTree.TypeNode): Origin | undefined {
    return annotation.type === "TSTypeReference"
      ? instanceOf(this.#originOfTypeName(annotation.typeName))
      : undefined;
  }

  #originOfTypeName(name: TSESTree.EntityName): Origin | undefined {
    if (name.type === "TSQualifiedName") {
      return member(this.#originOfTypeName(name.left), name.right.name);
    }
    return name.type === "Identifier" ? this.originOf(name) : undefined;
  }

  /** `this.name`: what the class around declares of that field. */
  #originOfField(access: TSESTree.MemberExpression, name: string): Origin | undefined {
    for (const element of classBodyAround(access)?.body ?? []) {
      if (element.type === "PropertyDefinition" && fieldName(element) === name) {
        const annotation = element.typeAnnotation?.typeAnnotation;
        if (annotation) return this.#instanceOfType(annotation);
        return element.value ? this.originOf(element.value) : undefined;
      }
      if (element.type !== "MethodDefinition" || element.kind !== "constructor") continue;
      for (const parameter of element.value.params) {
        const inner = parameter.type === "TSParameterProperty" ? parameter.parameter : undefined;
        if (inner?.type === "Identifier" && inner.name === name) {
          return this.#instanceOfAnnotation(inner);
        }
      }
    }
    return undefined;
  }
}

const knownTypes = new WeakMap<Catalogue, ReadonlyMap<string, Origin>>();

/** The types of what the catalogue's calls give, by those calls. */
function typesOfResources(catalogue: Catalogue): ReadonlyMap<string, Origin> {
  let types = knownTypes.get(catalogue);
  if (!types) {
    types = new Map(
      catalogue.resources.flatMap(({ acquire, type }) =>
        type ? acquire.map((origin) => [keyOf(origin), type] as const) : [],
      ),
    );
    knownTypes.set(catalogue, types);
  }
  return types;
}

/** A text that is equal for equal origins. */
export function keyOf({ module, name }: Origin): string {
  return `${module}\0${name}`;
}

export function keysOf(origins: readonly Origin[]): ReadonlySet<string> {
  return new Set(origins.map(keyOf));
}

/** What a pattern takes out of a value for a name: `{ promises: { open } }` takes `promises.open`. */
function takenFrom(
  whole: Origin | undefined,
  pattern: TSESTree.ObjectPattern,
  name: TSESTree.Node,
): Origin | undefined {
  for (const property of pattern.properties) {
    if (property.type !== "Property" || property.computed) continue;
    const { key, value } = property;
    const part = member(whole, key.type === "Identifier" ? key.name : String(key.value));
    if (value === name) return part;
    const inner = value.type === "ObjectPattern" ? takenFrom(part, value, name) : undefined;
    if (inner) return inner;
  }
  return undefined;
}

function fieldName(element: TSESTree.PropertyDefinition): string | undefined {
  if (element.key.type === "PrivateIdentifier") return `#${element.key.name}`;
  return element.key.type === "Identifier" && !element.computed ? element.key.name : undefined;
}

function moduleNamed(source: TSESTree.Node | null): Origin | undefined {
  if (source?.type !== "Literal" || typeof source.value !== "string") return undefined;
  return { module: source.value.replace(/^node:/, ""), name: "" };
}

/** A default import or namespace stands for its module: `import fs from "fs"`, `fs.open`. */
function member(owner: Origin | undefined, name: string): Origin | undefined {
  if (!owner) return undefined;
  if (owner.name === "" || owner.name === "default") return { module: owner.module, name };
  const separator = owner.name.endsWith("#") ? "" : ".";
  return { module: owner.module, name: owner.name + separator + name };
}

function instanceOf(origin: Origin | undefined): Origin | undefined {
  return origin && origin.name !== ""
    ? { module: origin.module, name: `${origin.name}#` }
    : undefined;
}
