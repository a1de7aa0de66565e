import type { CrunchClient } from '../../client/index.ts';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';
import { describeWith } from '../setup/test-services.ts';

interface Collection {
  type: string;
  features: { geometry: object; properties: { slug: string } }[];
}

await describeWith('postgres', 'places', ({ url: databaseUrl }) => {
  let api: TestApi;
  let client: CrunchClient;

  beforeAll(async () => {
    api = await startTestApi({ databaseUrl });
    client = await api.signIn();
    await client.createProject({ body: { name: 'P' } });
    await client.createDataset({ body: { project: 'p', name: 'D' } });
    await client.createItem({ body: { parent: 'p:d', name: 'Nest' } });
    for (const [item, latitude, longitude] of [
      ['p', 1, 2],
      ['p:d', -64.766667, 179.999999999],
      ['p:d:nest', -90, -180],
    ] as const) {
      const attribute = { key: 'place', type: 'lat-long', latitude, longitude } as const;
      await client.createAttribute({ body: { item, attribute } });
    }
    await client.createAttribute({ body: { item: 'p:d', attribute: { key: 'k', type: 'char', value: 'v' } } });
    await client.createProject({ body: { name: 'P d' } });
    await client.createAttribute({
      body: { item: 'p-d', attribute: { key: 'other', type: 'lat-long', latitude: 0, longitude: 0 } },
    });
  });
  afterAll(() => api.stop());

  async function read(slug: string): Promise<Collection> {
    const stream = await client.listPlaces({ params: { slug } });
    return (await new Response(stream).json()) as Collection;
  }

  test('are those of an item and of all below it, as GeoJSON', async () => {
    const answer = await fetch(`${api.url}/api/v1/items/p:d/locations`, {
      headers: { authorization: `Bearer ${await api.makeToken({ scope: 'read' })}` },
    });
    expect(answer.headers.get('content-type')).toContain('application/geo+json');
    await expect(answer.json()).resolves.toEqual({
      type: 'FeatureCollection',
      features: [
        {
          type: 'Feature',
          id: expect.any(Number),
          geometry: { type: 'Point', coordinates: [179.999999999, -64.766667] },
          properties: { slug: 'p:d', name: 'D', kind: 'dataset', key: 'place' },
        },
        expect.objectContaining({ geometry: { type: 'Point', coordinates: [-180, -90] } }),
      ],
    });
    expect((await read('p')).features.map(({ properties }) => properties.slug)).toEqual(['p', 'p:d', 'p:d:nest']);
  });

  test('of an item without any are an empty collection, and of none are not found', async () => {
    await client.createItem({ body: { parent: 'p', name: 'Bare' } });
    expect(await read('p:bare')).toEqual({ type: 'FeatureCollection', features: [] });
    await expect(client.listPlaces({ params: { slug: 'p:none' } })).rejects.toMatchObject({ code: 'not-found' });
  });

  test('and totals of a public project leave drafts out for who only visits', async () => {
    await client.createProject({ body: { name: 'Open', visibility: 'public' } });
    for (const name of ['Done', 'Draft']) {
      const { slug } = await client.createDataset({ body: { project: 'open', name } });
      const nest = await client.createItem({ body: { parent: slug, name: 'Nest' } });
      const attribute = { key: 'place', type: 'lat-long', latitude: 1, longitude: 2 } as const;
      await client.createAttribute({ body: { item: nest.slug, attribute } });
    }
    await api.catalog.prisma.dataset.updateMany({
      where: { item: { slug: 'open:done' } },
      data: { state: 'completed' },
    });
    const ask = async (what: string) => (await fetch(`${api.url}/api/v1/items/open/${what}`)).json();
    await expect(ask('locations')).resolves.toMatchObject({ features: [{ properties: { slug: 'open:done:nest' } }] });
    await expect(ask('totals')).resolves.toMatchObject({ datasets: 1, items: 1, attributes: 1 });
    await expect(client.getTotals({ params: { slug: 'open' } })).resolves.toMatchObject({ datasets: 2, items: 2 });
    expect((await read('open')).features).toHaveLength(2);
  });

  test('come page by page without a gap or a repetition, however many there are', async () => {
    const { id } = await client.createItem({ body: { parent: 'p', name: 'Many' } });
    await api.catalog.prisma.$executeRaw`
      INSERT INTO attribute (item_id, type, key, latitude, longitude)
      SELECT ${id}, 'lat-long', 'place', n / 1000.0, 0 FROM generate_series(1, 12001) AS n`;
    const { features } = await read('p:many');
    expect(new Set(features.map(({ geometry }) => JSON.stringify(geometry))).size).toBe(12_001);
    expect(features).toHaveLength(12_001);
  });
});
