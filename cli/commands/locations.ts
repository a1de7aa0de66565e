import { openClient } from '../connection/open-client.ts';
import type { ServerOptions } from '../connection/resolve-server.ts';
import { addServerOptions } from '../connection/server-options.ts';
import { defineCommand } from '../define-command.ts';
import { SERVER_COMMAND } from '../exit-codes.ts';

export const addLocationsCommand = defineCommand<[item: string], ServerOptions>({
  name: 'locations',
  summary: 'Print all places of an item and of everything below it, as GeoJSON',
  details: 'One FeatureCollection, with or without --json: maps and GIS programs read it.',
  example: 'crunch locations penguins > penguins.geojson',
  exitCodes: [...SERVER_COMMAND, 4],
  configure: (command) => addServerOptions(command.argument('<item>', 'the slug of a project, a dataset or an item')),
  async run(terminal, [slug], server) {
    const client = await openClient(terminal, server);
    await terminal.printStream(await client.listPlaces({ params: { slug } }));
  },
});
