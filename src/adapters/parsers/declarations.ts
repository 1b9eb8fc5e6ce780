import type { Language } from '../../core/gates/integrity/model.ts';
import type { Syntax } from './syntax.ts';

const MOST = 20_000;

/** Nodes whose `name` others can use. */
const NAMED: Readonly<Record<'javascript' | 'python' | 'jvm' | 'go', readonly string[]>> = {
  javascript: [
    ...[
      'function_declaration',
      'generator_function_declaration',
      'class_declaration',
      'abstract_class_declaration',
      'method_definition',
    ],
    ...[
      'interface_declaration',
      'type_alias_declaration',
      'enum_declaration',
      'method_signature',
      'property_signature',
      'public_field_definition',
      'field_definition',
      'function_signature',
      'abstract_method_signature',
    ],
  ],
  python: ['function_definition', 'class_definition'],
  jvm: [
    'class_declaration',
    'interface_declaration',
    'enum_declaration',
    'record_declaration',
    'method_declaration',
    'function_declaration',
    'object_declaration',
    'enum_constant',
    'annotation_type_declaration',
    'constructor_declaration',
    'enum_entry',
  ],
  go: [
    'function_declaration',
    'method_declaration',
    'type_spec',
    'const_spec',
    'var_spec',
    'field_declaration',
    'method_spec',
    'method_elem',
    'type_alias',
  ],
};

/** Returns the names that a file declares and tests may use: functions, types, their members, constants and options. */
export function declaredNames(root: Syntax, language: Language): string[] {
  const kind =
    language === 'python' || language === 'go' ? language : /^(?:java|kotlin)$/.test(language) ? 'jvm' : 'javascript';
  const names = root.all(...NAMED[kind]).map((node) => node.child('name')?.text ?? node.named[0]?.text ?? '');
  const others =
    kind === 'javascript'
      ? namesOfScript(root)
      : kind === 'python'
        ? namesOfPython(root)
        : kind === 'jvm'
          ? namesOfJvm(root)
          : [];
  return [...new Set([...names, ...others].map((name) => name.replaceAll(/['"`#]/g, '')))]
    .filter((name) => name.length > 1)
    .slice(0, MOST);
}

/** Keys of objects, exported constants, and what is assigned to a member (`exports.a = …`). */
function namesOfScript(root: Syntax): string[] {
  const keys = root.all('pair').map((pair) => pair.child('key')?.text ?? '');
  const assigned = root.all('assignment_expression').flatMap((one) => one.child('left')?.child('property')?.text ?? []);
  const exported = root
    .all('export_statement', 'program')
    .flatMap((one) => one.named.flatMap((part) => (/declaration$/.test(part.type) ? part.named : [])));
  const constants = exported.flatMap((one) =>
    one.type === 'variable_declarator' ? (one.child('name')?.text ?? []) : [],
  );
  const specifiers = root
    .all('export_specifier')
    .map((one) => one.child('alias')?.text ?? one.child('name')?.text ?? '');
  const short = root.all('shorthand_property_identifier').map(({ text }) => text);
  return [...keys, ...assigned, ...constants, ...specifiers, ...short];
}

function namesOfPython(root: Syntax): string[] {
  const parameters = root
    .all('default_parameter', 'typed_default_parameter')
    .map((one) => one.child('name')?.text ?? '');
  const assigned = root.all('assignment').flatMap((one) => {
    const scope = one.parent?.parent?.type;
    const left = one.child('left');
    const isOuter = scope === 'module' || one.parent?.parent?.parent?.type === 'class_definition';
    return left && (isOuter || left.type === 'attribute') ? [left.child('attribute')?.text ?? left.text] : [];
  });
  const keys = root
    .all('pair')
    .flatMap((pair) => (pair.child('key')?.type === 'string' ? [pair.child('key')?.text ?? ''] : []));
  return [...parameters, ...assigned, ...keys];
}

function namesOfJvm(root: Syntax): string[] {
  const fields = root
    .all('field_declaration')
    .flatMap((one) => one.all('variable_declarator').map((part) => part.child('name')?.text ?? ''));
  const properties = root
    .all('property_declaration', 'class_parameter')
    .map((one) => one.all('identifier')[0]?.text ?? '');
  return [...fields, ...properties];
}

/** Returns what a file imports, as it is written there. */
export function importedNames(root: Syntax, language: Language): string[] {
  if (language === 'python')
    return root
      .all('import_statement', 'import_from_statement')
      .map(({ text }) => text.replace(/\s+/g, ' ').slice(0, 300));
  if (language === 'go') return root.all('import_spec').map(({ text }) => text.replaceAll('"', ''));
  if (language === 'java' || language === 'kotlin')
    return root
      .all('import_declaration', 'import')
      .filter(({ isNamed }) => isNamed)
      .map(({ text }) => text.replace(/^import\s+(?:static\s+)?|;$/g, ''));
  const sources = root.all('import_statement', 'export_statement').map((one) => one.child('source')?.text ?? '');
  const required = root.all('call_expression').flatMap((call) => {
    const [first] = call.child('arguments')?.named ?? [];
    return /^(?:require|import|proxyquire|vi\.mock|jest\.mock)$/.test(call.child('function')?.text ?? '') &&
      first?.type === 'string'
      ? [first.text]
      : [];
  });
  return [...new Set([...sources, ...required].map((one) => one.slice(1, -1)))].filter((one) => one !== '');
}

/** Returns the names after `extends` and `:` of the classes of a file. */
export function extendedNames(root: Syntax): string[] {
  const bases = root
    .all('superclass', 'delegation_specifiers', 'argument_list')
    .filter((one) => one.type !== 'argument_list' || one.field === 'superclasses');
  return [...new Set(bases.flatMap((one) => one.all('type_identifier', 'identifier').map(({ text }) => text)))];
}
