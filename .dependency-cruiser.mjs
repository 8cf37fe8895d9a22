/**
 * The directions of imports. Whoever reads a file in one folder must be able to trust what it cannot know.
 * @type {import('dependency-cruiser').IConfiguration}
 */
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });
const only = (folder, allowed) => ({
  path: `^(?!${[folder, ...allowed].join('|')})(api|domain|workflows|activities|simulator|workers|cli|node-image|test|bench)/`,
});

const packagesBut = (allowed) => ({ path: `node_modules/(?!(${allowed.join('|')})/)` });

// oxlint-disable-next-line import/no-default-export -- dependency-cruiser reads its configuration from it
export default {
  forbidden: [
    forbid('no-cycles', 'A cycle has no order to read it in.', {}, { circular: true }),
    forbid('api-stands-alone', 'Manifests know nothing of what is done with them.', { path: '^api/' }, only('api/', [])),
    forbid('domain-is-pure', 'Decisions see api types alone.', { path: '^domain/' }, only('domain/', ['api/'])),
    // That it is by types alone is a lint rule: what is cruised here tells no types from values.
    forbid('workflows-see-domain', 'Workflows know decisions, and activities by their types.', { path: '^workflows/' }, only('workflows/', ['domain/', 'api/', 'activities/[a-z-]+-activities\\.ts'])),
    forbid('activities-see-domain', 'Effects know no orchestration.', { path: '^activities/' }, only('activities/', ['domain/', 'api/', 'node-image/versions\\.mjs', 'simulator/protocol\\.ts'])),
    forbid('simulator-stands-alone', 'A model of the world knows nothing of who acts on it.', { path: '^simulator/' }, only('simulator/', ['domain/', 'api/'])),
    forbid(
      'cli-is-thin',
      'The CLI knows messages, contracts and what set-up made; never effects.',
      { path: '^cli/' },
      { path: '^(activities|simulator|workers|test|bench)/|^workflows/(?!messages\\.ts|contracts\\.ts|search-attributes\\.ts)' },
    ),
    forbid('workers-do-not-see-cli', 'A worker runs without a terminal.', { path: '^workers/' }, { path: '^(cli|test|bench)/' }),
    forbid(
      'pure-has-no-builtins',
      'No clock, no disk, no network below the edge.',
      { path: '^(domain|workflows|simulator/rules)/' },
      { dependencyTypes: ['core'] },
    ),
    forbid('api-has-few-packages', 'Reading and checking text needs no more.', { path: '^api/' }, packagesBut(['yaml', 'zod', 'ipaddr.js'])),
    forbid('domain-has-few-packages', 'Deciding needs nobody; rendering needs YAML, and a plan a hash.', { path: '^domain/' }, packagesBut(['yaml', '@noble/hashes'])),
    forbid('workflows-have-few-packages', 'Each cached workflow holds its modules.', { path: '^workflows/' }, packagesBut(['@temporalio/workflow', '@temporalio/common'])),
    forbid('pure-has-no-temporal', 'Decisions are tested without an engine.', { path: '^(domain|api)/' }, { path: 'node_modules/@temporalio/' }),
    forbid(
      'api-knows-four-builtins',
      'Only what seals, checks keys and unpacks files needs more than text; workflows see none of these.',
      { path: '^api/', pathNot: '^api/(sealed-box|sealed-text|provided-pki|file-content)\\.ts$' },
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
