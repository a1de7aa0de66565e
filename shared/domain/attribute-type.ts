/** The types of attributes that an item can have. */
export const ATTRIBUTE_TYPES = [
  'char',
  'float',
  'integer',
  'filesize',
  'boolean',
  'datetime',
  'date',
  'url',
  'lat-long',
] as const;
export type AttributeType = (typeof ATTRIBUTE_TYPES)[number];

/** The longest `char` attribute, in characters. */
export const CHAR_MAX_LENGTH = 1023;
