/** A host sees what the person brought and what it brought itself, never another host's. */
export function isVisibleTo(host: string, row: { host?: string }): boolean {
  return row.host === undefined || row.host === host;
}
