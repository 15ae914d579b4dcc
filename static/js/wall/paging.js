/** Lists that are longer than their place on the wall: in pages of whole rows, which take turns. Pure. */

export const PAGE_SECONDS = 12;

/** How many rows of `height` fit in `space` (pixels), at least one. Browsers round, so half a pixel is forgiven. */
export function fitting(space, height) {
  return Math.max(1, Math.floor((space + 0.5) / height));
}

/**
 * The page whose turn it is at the instant `now` (ms), of `count` items with at most `most` to a page: {page, pages,
 * first, last}: the items from `first` up to `last`, which is no more of it. Pages are about as full as each other.
 */
export function pageAt(now, count, most) {
  const pages = Math.max(1, Math.ceil(count / most));
  const page = Math.floor(now / (PAGE_SECONDS * 1000)) % pages;
  const size = Math.ceil(count / pages);
  return { page, pages, first: page * size, last: Math.min(count, (page + 1) * size) };
}
