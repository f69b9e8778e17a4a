/**
 * Whether this page is in a frame of another origin's, which could lay something over it and have a person press
 * what they don't see. Where the server says who may frame a page, such a page isn't even loaded; a static host
 * may say nothing.
 */
export function isFramedElsewhere(page: Pick<Window, 'parent' | 'top' | 'location'> = window): boolean {
  if (page.parent === page) return false;
  try {
    return page.top?.location.origin !== page.location.origin;
  } catch (error) {
    // Another origin's address can't be read: that is the answer.
    if (error instanceof DOMException && error.name === 'SecurityError') return true;
    throw error;
  }
}
