/** The version of what hosts and server say to each other; a host of another version is refused with a reason. */
export const PROTOCOL_VERSION = 2;
