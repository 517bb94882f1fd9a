# Accounts, queues and custom fields of the real Request Tracker that tests run against.
use strict;
use warnings;
use lib '/usr/share/request-tracker5/lib', '/usr/local/share/request-tracker5/lib';
use RT;
RT::LoadConfig();
RT::Init();
require RT::AuthToken;

my $system   = RT->SystemUser;
my $password = $ENV{ADMIN_PASSWORD};

sub done { my ( $done, $message ) = @_; die "failed: $message" unless $done; return $done }

my $root = RT::User->new($system);
$root->Load('root');
$root->SetPassword($password);

# The agent's time zone is UTC, the limited account's that of the server.
my %account = ( root => $root );
for ( [ 'agent', 'Ann Agent', 'UTC' ], [ 'limited', 'Limited Reader', undef ] ) {
    my ( $name, $real, $zone ) = @$_;
    my $user = RT::User->new($system);
    done( $user->Create( Name => $name, EmailAddress => "$name\@example.net", RealName => $real, Password => $password, Privileged => 1 ) );
    done( $user->SetTimezone($zone) ) if $zone;
    $account{$name} = $user;
}

# The limited account sees one queue and may not change tickets there; the agent is not in SECRET at all.
my @see  = qw(SeeQueue ShowTicket SeeCustomField);
my @work = qw(ShowTicketComments CreateTicket ReplyToTicket CommentOnTicket ModifyTicket OwnTicket TakeTicket ModifyCustomField);
my %queue;
for my $name (qw(ITSM OPS SECRET)) {
    $queue{$name} = RT::Queue->new($system);
    done( $queue{$name}->Create( Name => $name, Description => "$name tickets" ) );
}
sub grant { my ( $account, $queue, @rights ) = @_; done( $account{$account}->PrincipalObj->GrantRight( Right => $_, Object => $queue{$queue} ) ) for @rights }
grant( 'agent', $_, @see, @work ) for qw(ITSM OPS);
grant( 'limited', 'ITSM', @see );

my %field;
for ( [ 'External ID', 'FreeformSingle' ], [ 'Source System', 'FreeformSingle' ], [ 'Impact', 'SelectSingle' ] ) {
    my ( $name, $type ) = @$_;
    my $list  = $type =~ /Select/;
    my $field = RT::CustomField->new($system);
    done( $field->Create( Name => $name, Type => $type, LookupType => 'RT::Queue-RT::Ticket', $list ? ( RenderType => 'Dropdown' ) : () ) );
    if ($list) { done( $field->AddValue( Name => $_ ) ) for '1-High', '2-Medium', '3-Low' }
    done( $field->AddToObject( RT::Queue->new($system) ) );
    $field{$name} = $field->Id;
}

open my $keys, '>', $ENV{KEYS} or die "cannot write: $!";
for ( [ 'root', 'ADMIN_TOKEN' ], [ 'agent', 'AGENT_TOKEN' ], [ 'limited', 'LIMITED_TOKEN' ] ) {
    my ( $name, $key ) = @$_;
    my $user = RT::User->new($system);
    $user->Load($name);
    done( $user->PrincipalObj->GrantRight( Right => 'ManageAuthTokens', Object => RT->System ) ) unless $name eq 'root';
    my $token = RT::AuthToken->new( RT::CurrentUser->new($user) );
    my ( $made, $message, $text ) = $token->Create( Owner => $user->Id, Description => 'integration' );
    done( $made, $message );
    print $keys "$key=$text\n";
}
print $keys "EXTERNAL_ID_FIELD=$field{'External ID'}\n";
close $keys or die "cannot write: $!";
