import type { Storage } from '../../storage/storage.ts';

/** The storage, which removes objects in another way. */
export function withDelete(storage: Storage, remove: Storage['delete']): Storage {
  return {
    location: storage.location,
    list: (...given) => storage.list(...given),
    stat: (...given) => storage.stat(...given),
    read: (...given) => storage.read(...given),
    write: (...given) => storage.write(...given),
    copy: (...given) => storage.copy(...given),
    delete: remove,
    close: () => storage.close(),
  };
}
