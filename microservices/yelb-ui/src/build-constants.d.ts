/** The files of the page, put into the bundle by build.mjs. */
declare const PAGE_FILES: {
  readonly html: string;
  readonly css: string;
  readonly icon: string;
  readonly script: string;
};
