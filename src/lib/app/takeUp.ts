import type { Pipeline } from '$lib/pipeline';
import { activeJobs, type Reader, type Storage } from '$lib/storage';

/** Whether any message still waits for its work, or for its end. */
export async function isUnfinished(reader: Reader): Promise<boolean> {
  return (await activeJobs(reader)).length > 0;
}

/**
 * Has this tab's pipeline take up what is unfinished, now and whenever a job comes, in whichever tab: when the
 * tab that does it is closed, this one is already waiting for its place.
 * @param pipeline asked for only when there is a job.
 * @returns the end of it.
 */
export function takeUp(
  { store }: Pick<Storage, 'store'>,
  pipeline: () => Promise<Pick<Pipeline, 'resumeAll'>>,
  onError: (error: unknown) => void
): () => void {
  return store.live(isUnfinished).subscribe((unfinished) => {
    if (!unfinished) return;
    pipeline()
      .then((here) => here.resumeAll())
      .catch(onError);
  });
}
