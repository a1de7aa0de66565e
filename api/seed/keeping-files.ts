/** How django-crunch deletes: what lies in storage stays there. */
export const KEEPING_FILES = { keepFiles: 'true' } as const;
