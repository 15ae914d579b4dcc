/** Proves to the server that our own page sent something. */

/** The token of the cookie, which a login in another tab may have changed; the page's own where cookies are hidden. */
export function csrfToken(ofPage) {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? ofPage;
}
