/** A value that JSON can carry unchanged. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A JSON object, such as a project's parameters. */
export type JsonObject = { [key: string]: Json };
