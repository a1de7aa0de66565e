import type { Storage } from '../../storage/storage.ts';

/** The storage, which does some things in another way. */
export function withMethods(storage: Storage, methods: Partial<Pick<Storage, 'write' | 'delete'>>): Storage {
  return {
    location: storage.location,
    list: (...given) => storage.list(...given),
    stat: (...given) => storage.stat(...given),
    read: (...given) => storage.read(...given),
    write: (...given) => storage.write(...given),
    copy: (...given) => storage.copy(...given),
    delete: (...given) => storage.delete(...given),
    close: () => storage.close(),
    ...methods,
  };
}
