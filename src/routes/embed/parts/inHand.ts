/** The message that was made in this frame and not given yet, so that a reload doesn't lose sight of it. */
const keyOf = (host: string | null) => `timbre.in-hand ${host ?? ''}`;

/** Null: there is none. @param host its origin: two of one site have one storage. */
export function messageInHand(host: string | null): string | null {
  return sessionStorage.getItem(keyOf(host));
}

export function takeInHand(host: string | null, messageId: string | null): void {
  if (messageId === null) sessionStorage.removeItem(keyOf(host));
  else sessionStorage.setItem(keyOf(host), messageId);
}
