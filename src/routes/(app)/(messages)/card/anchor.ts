const PREFIX = 'm-';

/** A card's place in its conversation's address, without the `#`. */
export function anchorOf(messageId: string): string {
  return `${PREFIX}${messageId}`;
}

/** Undefined: it is no card's. */
export function messageIdOf(anchor: string): string | undefined {
  return anchor.startsWith(PREFIX) ? anchor.slice(PREFIX.length) : undefined;
}
