/**
 * Hosts that may ask a person to use Timbre inside them, fixed by whoever builds the app, e.g.
 * `EMBED_HOSTS="https://shop.example https://*.clinic.example"`. None: every host may ask.
 * @throws Error for what is no origin.
 */
export function embedHosts(given: string = process.env.EMBED_HOSTS ?? ''): string[] {
  const hosts = given.split(/[\s,]+/).filter(Boolean);
  const wrong = hosts.filter((host) => !/^https?:\/\/(\*\.)?[\w.-]+(:\d+)?$/.test(host));
  if (wrong.length > 0)
    throw new Error(`EMBED_HOSTS takes origins such as https://shop.example, not ${wrong.join(', ')}`);
  return hosts;
}
