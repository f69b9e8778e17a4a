/** The SDK's types as one file. */
import { dirname, resolve } from 'node:path';
import ts from 'typescript';

const folder = import.meta.dirname;
const entry = resolve(folder, 'src/index.ts');

/**
 * The types of what the entry exports, and those that they are made of, as one file.
 * @returns {string}
 * @throws Error where the sources have a type error, or two of them one name.
 */
export function types() {
  const program = ts.createProgram([entry], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    declaration: true,
    emitDeclarationOnly: true
  });
  /** @type {Map<string, ts.SourceFile>} */
  const declared = new Map();
  const { diagnostics } = program.emit(undefined, (name, text) =>
    declared.set(resolve(name), ts.createSourceFile(name, text, ts.ScriptTarget.ES2022))
  );
  const wrong = [...ts.getPreEmitDiagnostics(program), ...diagnostics];
  if (wrong.length > 0) {
    const host = { getCanonicalFileName: String, getCurrentDirectory: () => folder, getNewLine: () => '\n' };
    throw new Error(ts.formatDiagnostics(wrong, host));
  }
  return joined(declared, entry.replace(/\.ts$/, '.d.ts'));
}

/**
 * Declarations of several files in one: what the entry does not export itself is exported no longer.
 * @param {Map<string, ts.SourceFile>} declared @param {string} first
 */
function joined(declared, first) {
  const seen = new Set();
  const names = new Map();
  /** @type {string[]} */
  const statements = [];
  /** @type {string[]} */
  const exported = [];

  /** @param {string} path */
  function add(path) {
    const file = declared.get(path);
    if (!file) throw new Error(`${path} has no types`);
    if (seen.has(path)) return;
    seen.add(path);
    const own = [];
    for (const statement of file.statements) {
      if (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) {
        const from = statement.moduleSpecifier;
        if (from && ts.isStringLiteral(from)) add(resolve(dirname(path), `${from.text}.d.ts`));
        if (path === first && ts.isExportDeclaration(statement)) exported.push(...namesOf(statement, file));
        continue;
      }
      const name = nameOf(statement, file);
      if (names.has(name)) throw new Error(`${path} and ${names.get(name)} both declare ${name}`);
      names.set(name, path);
      const isType = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
      if (path === first) exported.push(isType ? `type ${name}` : name);
      own.push(
        statement
          .getFullText(file)
          .replace(/^(\s*(?:\/\*[\s\S]*?\*\/\s*)*)export /, '$1')
          .trim()
      );
    }
    statements.push(...own);
  }
  add(first);
  return `${statements.join('\n')}\nexport { ${exported.join(', ')} };\n`;
}

/** @param {ts.ExportDeclaration} statement @param {ts.SourceFile} file @returns {string[]} */
function namesOf({ exportClause, isTypeOnly }, file) {
  if (!exportClause) return [];
  if (!ts.isNamedExports(exportClause)) throw new Error('only names are exported');
  return exportClause.elements.map((element) => {
    if (element.propertyName) throw new Error('nothing is exported by another name');
    const name = element.name.getText(file);
    return isTypeOnly || element.isTypeOnly ? `type ${name}` : name;
  });
}

/** @param {ts.Statement} statement @param {ts.SourceFile} file @returns {string} */
function nameOf(statement, file) {
  if (ts.isVariableStatement(statement)) {
    const [only, more] = statement.declarationList.declarations;
    if (only && !more) return only.name.getText(file);
  }
  if ('name' in statement && statement.name) return /** @type {ts.Node} */ (statement.name).getText(file);
  throw new Error(`there is no name in: ${statement.getText(file)}`);
}
