/** Until the page has had its turn: a timer's, since a promise alone gives way to nobody. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
