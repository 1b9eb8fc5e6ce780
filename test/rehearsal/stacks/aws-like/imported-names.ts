/** Returns the names of the exports that a template imports, its parameters as the request gives them. */
export function importedNames(
  template: object,
  { form, stackName }: { form: URLSearchParams; stackName: string },
): string[] {
  const values = new Map<string, string>([['AWS::StackName', stackName]]);
  for (let n = 1; form.has(`Parameters.member.${n}.ParameterKey`); n += 1)
    values.set(
      form.get(`Parameters.member.${n}.ParameterKey`) ?? '',
      form.get(`Parameters.member.${n}.ParameterValue`) ?? '',
    );
  const names: string[] = [];
  JSON.stringify(template, (key, value) => {
    if (key !== 'Fn::ImportValue') return value;
    const text = typeof value === 'string' ? value : String(value['Fn::Sub']);
    names.push(text.replaceAll(/\$\{([^}]+)\}/g, (_, name: string) => values.get(name) ?? ''));
    return undefined;
  });
  return [...new Set(names)];
}
