/** Models that did not run here: true of this version of this browser, and perhaps not of the next. */

/** `id@Chrome/156` */
export function markOf(id: string, browser: string): string {
  return `${id}@${browser}`;
}

/** The ids among the marks that were made in this browser. */
export function setAsideIn(marks: readonly string[], browser: string): string[] {
  return marks.flatMap((mark) => (mark.endsWith(`@${browser}`) ? mark.slice(0, -browser.length - 1) : []));
}

/** The marks that were made in other versions, or other browsers. */
export function withoutBrowser(marks: readonly string[], browser: string): string[] {
  return marks.filter((mark) => !mark.endsWith(`@${browser}`));
}

/** Name and main version, such as `Chrome/156`. */
export function browserVersion(userAgent = navigator.userAgent): string {
  const found = /(Edg|OPR|Firefox|Chrome|Version)\/(\d+)/.exec(
    userAgent.replace(/Chrome(?=.*(Edg|OPR)\/)/, '')
  );
  return found ? `${found[1]}/${found[2]}` : 'unknown';
}
