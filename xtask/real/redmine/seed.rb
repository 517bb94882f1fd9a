# Accounts, projects and custom fields of the real Redmine that tests run against.

password = ENV.fetch('ADMIN_PASSWORD')

Setting.rest_api_enabled = '1'
Setting.login_required = '1'

admin = User.find_by_login('admin')
admin.password = admin.password_confirmation = password
admin.must_change_passwd = false
admin.save!

def account(login, first, last, password)
  user = User.new(firstname: first, lastname: last, mail: "#{login}@example.net")
  user.login = login
  user.password = user.password_confirmation = password
  user.save!
  user
end

limited = account('limited', 'Limited', 'Reader', password)
agent = account('agent', 'Ann', 'Agent', password)

def member(project, user, role)
  membership = Member.new(project: project, principal: user)
  membership.roles = [Role.find_by_name(role)]
  membership.save!
end

%w[ITSM OPS].each do |name|
  project = Project.new(name: name, identifier: name.downcase, is_public: false)
  project.trackers = Tracker.all
  project.enabled_module_names = %w[issue_tracking time_tracking files]
  project.save!
  %w[Network Server].each { |category| IssueCategory.create!(project: project, name: category) }
  member(project, agent, 'Manager')
end
# The limited account sees one project and may not change issues there; the agent is not in SECRET at all.
member(Project.find('itsm'), limited, 'Reporter')
Project.new(name: 'SECRET', identifier: 'secret', is_public: false).tap { |project| project.trackers = Tracker.all }.save!

fields = { 'External ID' => 'string', 'Source System' => 'string', 'Impact' => 'list' }.map do |name, format|
  field = IssueCustomField.new(name: name, field_format: format, is_filter: true, is_for_all: true, visible: true)
  field.searchable = format == 'string'
  field.possible_values = %w[1-High 2-Medium 3-Low] if format == 'list'
  field.trackers = Tracker.all
  field.save!
  [name, field.id]
end.to_h

# Accounts that are no administrators see custom fields only on issues: there is always one.
Issue.create!(project: Project.find('itsm'), tracker: Tracker.first, author: agent, subject: 'The first issue',
              status: IssueStatus.first, priority: IssuePriority.first)

File.write(ENV.fetch('KEYS'), <<~KEYS)
  ADMIN_KEY=#{admin.api_key}
  AGENT_KEY=#{agent.api_key}
  LIMITED_KEY=#{limited.api_key}
  EXTERNAL_ID_FIELD=#{fields['External ID']}
KEYS
