/**
 * The directions of imports. Whoever reads a file in one folder must be able to trust what it cannot know.
 * @type {import('dependency-cruiser').IConfiguration}
 */
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });
const only = (folder, allowed) => ({
  path: `^(?!${[folder, ...allowed].join('|')})(api|domain|workflows|activities|workers|cli|node-image|test|bench)/`,
});

// oxlint-disable-next-line import/no-default-export -- dependency-cruiser reads its configuration from it
export default {
  forbidden: [
    forbid('no-cycles', 'A cycle has no order to read it in.', {}, { circular: true }),
    forbid('api-stands-alone', 'Manifests know nothing of what is done with them.', { path: '^api/' }, only('api/', [])),
    forbid('domain-is-pure', 'Decisions see api types alone.', { path: '^domain/' }, only('domain/', ['api/'])),
    // That it is their types alone is what Temporal's bundler sees to: it refuses what activities need to run.
    forbid('workflows-see-domain', 'Workflows know decisions, and activities by their types.', { path: '^workflows/' }, only('workflows/', ['domain/', 'api/', 'activities/[a-z-]+-activities\\.ts'])),
    forbid('activities-see-domain', 'Effects know no orchestration.', { path: '^activities/' }, only('activities/', ['domain/', 'api/', 'node-image/versions\\.mjs'])),
    forbid(
      'cli-is-thin',
      'The CLI knows messages, contracts and what set-up made; never effects.',
      { path: '^cli/' },
      { path: '^(activities|workers|test|bench)/|^workflows/(?!messages\\.ts|contracts\\.ts)' },
    ),
    forbid('workers-do-not-see-cli', 'A worker runs without a terminal.', { path: '^workers/' }, { path: '^(cli|test|bench)/' }),
    forbid(
      'pure-has-no-builtins',
      'No clock, no disk, no network below the edge.',
      { path: '^(domain|workflows)/' },
      { dependencyTypes: ['core'] },
    ),
    forbid('pure-has-no-temporal', 'Decisions are tested without an engine.', { path: '^(domain|api)/' }, { path: 'node_modules/@temporalio/' }),
    forbid(
      'api-seals-in-one-place',
      'Only the sealed box needs cryptography.',
      { path: '^api/', pathNot: '^api/sealed-box\\.ts$' },
      { dependencyTypes: ['core'] },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.mjs', '.js', '.json'], conditionNames: ['import', 'node', 'default'] },
  },
};
