/** A JSON value, as in documents and templates. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
