declare const ODRADEK_VERSION: string | undefined

/** Put in by the build; sources run as they are have none. */
export const version: string = typeof ODRADEK_VERSION === 'string' ? ODRADEK_VERSION : '0.0.0-source'
