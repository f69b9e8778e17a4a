import { errorCodeOf, errorSentence, toasts } from '$lib/ui';

/** Does what a person asked for; when it fails, says so at once. @returns whether it was done. */
export async function attempt(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    const code = errorCodeOf(error);
    if (code === 'unknown') console.error(error);
    toasts.show({ text: errorSentence(code), tone: 'attention' });
    return false;
  }
}
