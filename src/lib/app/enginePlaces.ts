import { base } from '$app/paths';

/** Where the runtime and the model folders lie: absolute URLs, ending in `/`. */
export function enginePlaces(): { runtimeBase: string; modelBase: string } {
  const at = (folder: string) => new URL(`${base}/${folder}/`, location.origin).href;
  return { runtimeBase: at('runtime'), modelBase: at('models') };
}
