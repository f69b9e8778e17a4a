/**
 * A list of origins, apart by spaces or commas, as environment variables have them.
 * @param {string} name of the variable, for the error @param {string | undefined} given
 * @param {{ form: RegExp, example: string }} what one of them looks like
 * @returns {string[]} @throws Error for what doesn't look like that
 */
export function originsIn(name, given, { form, example }) {
  const origins = (given ?? '').split(/[\s,]+/).filter(Boolean);
  const wrong = origins.filter((origin) => !form.test(origin));
  if (wrong.length > 0) throw new Error(`${name} takes origins such as ${example}, not ${wrong.join(', ')}`);
  return origins;
}
