/** Files that another app shares are laid by for the page, which is then opened on them. */
import { SHARE_CACHE, SHARE_NAME_HEADER } from '$lib/offline/protocol';
import { root } from './scope';

export const isShare = (request: Request, path: string) => request.method === 'POST' && path === 'share';

/** Answers the share sheet's POST. A failure still opens the page, which says that nothing came. */
export async function receiveShare(request: Request): Promise<Response> {
  try {
    const form = await request.formData();
    const cache = await caches.open(SHARE_CACHE);
    const shared = form.getAll('audio').filter((entry) => entry instanceof File);
    await Promise.all(
      shared.map((file, i) =>
        cache.put(
          new URL(`__shared/${Date.now()}-${i}`, root),
          new Response(file, {
            headers: {
              'Content-Type': file.type || 'application/octet-stream',
              [SHARE_NAME_HEADER]: encodeURIComponent(file.name)
            }
          })
        )
      )
    );
  } catch (error) {
    console.error('A shared file could not be taken in.', error);
  }
  return Response.redirect(new URL('share', root), 303);
}
