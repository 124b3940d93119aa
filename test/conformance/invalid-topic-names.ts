/** Names that no topic can have: empty, dots, characters outside [a-zA-Z0-9._-], more than 249 of them. */
export const invalidTopicNames = ['', '.', '..', 'with space', 'colon:', 'slash/', 'ümlaut', 'a'.repeat(250)]
