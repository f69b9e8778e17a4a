import { originsIn } from '../scripts/lib/origins.mjs';

/**
 * Hosts that may ask a person to use Timbre inside them, fixed by whoever builds the app, e.g.
 * `EMBED_HOSTS="https://shop.example https://*.clinic.example"`. None: every host may ask.
 * @throws Error for what is no origin.
 */
export function embedHosts(given: string = process.env.EMBED_HOSTS ?? ''): string[] {
  return originsIn('EMBED_HOSTS', given, {
    form: /^https?:\/\/(\*\.)?[\w.-]+(:\d+)?$/,
    example: 'https://shop.example'
  });
}
